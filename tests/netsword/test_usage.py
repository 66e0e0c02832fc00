"""What a person gets wrong is answered in a sentence that says what to do, with exit code 2."""

import pytest
import yaml

from crawlers.runner import ROOT
from tests.builders import a_sweep


def a_file(folder, **changes):
    written = a_sweep().model_dump(mode="json") | changes
    path = folder / "sweep.yaml"
    path.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"platfroms": []}, "platfroms"),
        ({"categories": ["FOOOD"]}, "FOOD"),
        ({"categories": ["食品"]}, "'食品' is no code"),
        ({"platforms": [{"platform": "x", "base_url": "http://h"}]}, "1 thing(s) to mend"),
        ({"platforms": [{"platform": "x", "base_url": "http://h", "adapter": "lingnag"}]}, "lingang"),
        ({"platforms": [{"platform": "x", "base_url": "http://h", "profile": "no-such"}]}, "no-such"),
        ({"platforms": [{"platform": "x", "base_url": "ftp://h", "adapter": "lingang"}]}, "base_url"),
        ({"platforms": []}, "platforms"),
        ({"budget": {"pages": 0}}, "budget.pages"),
        ({"design": {"size": 0}}, "design.size"),
        ({"window": {"start": "2026-11-02", "end": "2026-11-01"}}, "before it starts"),
        ({"politeness": {"obey_robots": False}}, "robots_authority"),
        ({"categories": [], "start_urls": []}, "nothing to look for"),
        ({"start_urls": ["http://elsewhere/1"]}, "elsewhere"),
        ({"detectors": ["licnece"]}, "licence"),
    ],
)
def test_sweep_with_a_mistake_is_refused_by_name(netsword, tmp_path, changes, said):
    code, _, err = netsword("sweep", "validate", a_file(tmp_path, **changes))
    assert code == 2
    assert said in err


@pytest.mark.parametrize("text", ["{", "- a\n- b\n", "", "\x00", "name: [unclosed"])
def test_file_that_is_no_sweep_is_refused(netsword, tmp_path, text):
    path = tmp_path / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    code, _, err = netsword("sweep", "validate", str(path))
    assert code == 2
    assert "sweep.yaml" in err


def test_valid_sweep_says_what_it_will_look_for(netsword, tmp_path):
    code, out, err = netsword("sweep", "validate", a_file(tmp_path))
    assert code == 0
    assert out.startswith("FOOD: ")
    assert "valid" in err


@pytest.mark.parametrize(
    ("host", "warned"),
    [
        ("127.0.0.1:81", True),
        ("localhost", True),
        ("10.0.0.8", False),
        ("10.0.0.9", False),
        ("shop.example", False),
    ],
)
def test_private_address_that_the_crawl_would_refuse_is_said_before(netsword, tmp_path, host, warned):
    platform = {"platform": "lingang", "adapter": "lingang", "base_url": f"http://{host}/"}
    file = a_file(tmp_path, platforms=[platform], private_hosts=["10.0.0.8", "10.0.0.9:80"])
    code, _, err = netsword("sweep", "validate", file)
    assert (code, f'private_hosts: ["{host}"]' in err) == (0, warned)


@pytest.mark.mongo
def test_window_that_ended_starts_nothing(netsword, tmp_path):
    path = a_file(tmp_path, window={"start": "2020-01-01", "end": "2020-02-01"})
    code, _, err = netsword("sweep", "run", path)
    assert code == 2, err
    assert "2020-02-01" in err
    code, out, _ = netsword("run", "list", "--json")
    assert (code, out.strip()) == (0, "[]")


@pytest.mark.mongo
@pytest.mark.parametrize(
    "words", [("run", "show", "nosuch"), ("findings", "show", "7"), ("evidence", "show", "x")]
)
def test_what_does_not_exist_is_said(netsword, words):
    code, _, err = netsword(*words)
    assert code == 2
    assert "netsword: " in err


def test_store_that_is_down_is_a_fault_with_advice(netsword, monkeypatch):
    monkeypatch.setenv("MONGO_URI", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300")
    code, _, err = netsword("run", "list")
    assert code == 1
    assert "MONGO_URI" in err


def test_setting_that_does_not_validate_is_named(netsword, monkeypatch):
    monkeypatch.setenv("NETSWORD_LEASE_S", "soon")
    code, _, err = netsword("run", "list")
    assert code == 2
    assert "lease_s" in err.lower()


def test_every_command_has_an_example(netsword):
    from typer.main import get_command

    from netsword.cli import build

    root = get_command(build())
    without = [
        f"{noun} {verb}"
        for noun, group in root.commands.items()  # type: ignore[attr-defined]
        for verb, command in getattr(group, "commands", {"": group}).items()
        if "Example" not in f"{command.epilog} {command.help}"
    ]
    assert without == []


@pytest.mark.mongo
def test_doctor_passes_here_and_speaks_json(netsword):
    code, out, _ = netsword("doctor", "--json")
    checks = {check["name"]: check for check in yaml.safe_load(out)}
    assert code == 0
    assert checks["store"]["grade"] == "ok"
    assert checks["rules"]["grade"] == "ok"


@pytest.mark.mongo
def test_doctor_says_what_to_do_without_chromium(netsword, monkeypatch, tmp_path):
    monkeypatch.setenv("NETSWORD_CHROMIUM", str(tmp_path / "none"))
    code, out, _ = netsword("doctor", "--json")
    chromium = next(check for check in yaml.safe_load(out) if check["name"] == "Chromium")
    assert (code, chromium["grade"]) == (0, "warn")
    assert "NETSWORD_CHROMIUM" in chromium["todo"]


@pytest.mark.mongo
def test_second_nightly_round_is_locked_out(netsword, tmp_path):
    import fcntl

    lock = tmp_path / "var" / "nightly.lock"
    lock.parent.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert netsword("nightly")[0] == 4
    assert netsword("nightly", "--dry-run")[0] == 0


def test_command_reference_in_the_docs_is_the_help_text():
    from netsword.reference import reference

    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == reference(), "write it anew: python -m netsword.reference > docs/cli.md"
