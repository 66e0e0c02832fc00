"""``netsword rules``: how a rule fared, a preview on stored listings, new words accepted and rejected."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

import settings
from domain.errors import RulePackError, UsageError
from netsword import detect
from netsword import rules as commands
from netsword.rule_preview import detector_of
from netsword.rule_words import accept, reject
from rules.lint import lint
from rules.local import dump_local, load_local, parse_local, with_local
from rules.packs import AcceptedWord, LocalWords, RejectedWord
from storage.review_queue import Review, Status
from storage.subjects import Sighting
from tests.shipped import catalogue, packs
from tests.storage.builders import a_finding, a_listing, a_run

CATALOGUE, PACKS = catalogue(), packs()
NOW = datetime(2026, 11, 11, tzinfo=UTC)
PACK = """
rules:
  - code: PG-TICKET
    status: draft
    match: {terms: [牛哥出票]}
    falsepositives: [官方转售]
    examples:
      flagged: [{text: 牛哥出票, quotes: [牛哥出票], why: 票}]
      clean: [{text: 出票机, why: 设备}, {text: 牛哥面馆, why: 店名}]
"""


@pytest.fixture
def here(monkeypatch, mongo_uri, database_name, tmp_path):
    """The commands' settings point at the test's own store."""
    monkeypatch.setenv("MONGO_URI", mongo_uri)
    monkeypatch.setenv("NETSWORD_MONGO_DATABASE", database_name)
    monkeypatch.setenv("NETSWORD_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("NETSWORD_SHARED", str(tmp_path / "nothing"))
    settings.load.cache_clear()
    yield tmp_path
    settings.load.cache_clear()


def _stored(store, *titles: str) -> None:
    run = a_run()
    store.runs.create(run)
    sighting = Sighting(run=run.id, snapshot="s", seen_at=NOW)
    store.listings.save(
        (a_listing(at, title=title, description="", attributes=()), sighting)
        for at, title in enumerate(titles)
    )


def test_preview_shows_what_a_draft_would_flag_and_stores_nothing(here, store, capsys):
    _stored(store, "演唱会 牛哥出票", "黄牛票转让", "雨伞")
    folder = here / "prohibited"
    folder.mkdir()
    (folder / "tickets.yaml").write_text(PACK, encoding="utf-8")
    commands.preview(str(folder / "tickets.yaml"), run="last", sweep="", kind="", most=10, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["listings"] == 3
    assert [(change["title"], change["before"], change["after"]) for change in found["changes"]] == [
        ("演唱会 牛哥出票", [], ["牛哥出票"]),
        ("黄牛票转让", ["黄牛票"], []),
    ]
    assert sum(found["newly"].values()) == sum(found["no_longer"].values()) == 1
    assert store.findings.list() == []


def test_preview_of_the_rule_that_runs_changes_nothing(here, store, capsys):
    _stored(store, "老料象牙手串", "雨伞")
    commands.preview("PG-WILDLIFE", run="last", sweep="", kind="", most=10, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["listings"], found["same"], found["changes"]) == (2, 1, [])


def test_preview_takes_every_run_of_a_sweep_and_each_listing_once(here, store, capsys):
    first, second = a_run(1), a_run(2)
    for run in (first, second):
        store.runs.create(run)
        store.listings.save(
            [(a_listing(1, title="象牙手串"), Sighting(run=run.id, snapshot="s", seen_at=NOW))]
        )
    commands.preview("PG-WILDLIFE", run="last", sweep=first.sweep, kind="", most=10, as_json=True)
    assert json.loads(capsys.readouterr().out)["listings"] == 1
    with pytest.raises(UsageError, match="no run of a sweep"):
        commands.preview("PG-WILDLIFE", run="last", sweep="NONE", kind="", most=10, as_json=True)


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("no.yaml", None, "no pack file"),
        ("elsewhere.yaml", PACK, "--kind"),
        ("broken.yaml", PACK.replace("terms", "trems"), r"broken\.yaml:5: PG-TICKET.*trems"),
    ],
)
def test_preview_refuses_what_is_no_pack(here, name, text, error):
    path = here / name
    if text:
        path.write_text(text, encoding="utf-8")
    kind = "prohibited" if "broken" in name else ""
    with pytest.raises((UsageError, RulePackError), match=error):
        commands.preview(str(path), run="last", sweep="", kind=kind, most=10, as_json=True)


def test_explain_shows_decisions_with_precision_and_interval(here, store, capsys):
    findings = [a_finding(at, rule="PG-WILDLIFE") for at in range(4)]
    store.findings.save(findings, "run")
    for at, finding in enumerate(findings):
        status = Status.REJECTED if at == 0 else Status.CONFIRMED
        review = Review(status=status, token=f"t{at}", by="a", at=NOW + timedelta(minutes=at))
        assert store.review_queue.decide(finding.id, seen="", review=review)
    commands.explain("PG-WILDLIFE", as_json=True)
    shown = json.loads(capsys.readouterr().out)
    decisions = shown["fared"]["decisions"]
    assert (decisions["confirmed"], decisions["rejected"], decisions["precision"]) == (3, 1, 0.75)
    assert decisions["interval"][0] < 0.75 < decisions["interval"][1]
    assert shown["rule"]["terms"] > 100
    assert shown["basis"][0]["law"] == "中华人民共和国野生动物保护法"
    assert shown["rule"]["examples"]["flagged"]


def test_words_beside_strong_findings_of_a_run_are_proposed_unless_rejected(here, store, capsys, monkeypatch):
    _stored(store, *["针孔摄像头 鹊鸪料"] * 5, *["雨伞"] * 20)
    detect.new_terms(None, "last", 3, 10, as_json=True)
    assert [row["text"] for row in json.loads(capsys.readouterr().out)][:1] == ["鹊鸪料"]
    word = RejectedWord(term="鹊鸪料", by="李明", day=date(2026, 11, 22))
    monkeypatch.setattr(
        "netsword.detect.load_packs", lambda _: replace(PACKS, local=LocalWords(rejected=(word,)))
    )
    detect.new_terms(None, "last", 3, 10, as_json=True)
    assert json.loads(capsys.readouterr().out) == []
    with pytest.raises(UsageError, match="a file, or --run"):
        detect.new_terms(None, "", 3, 10, as_json=True)


def test_explain_of_a_code_that_no_pack_covers_says_why(here, capsys):
    commands.explain("PLATFORM-DIFF-PRICE", as_json=False)
    assert "two buyers' views" in capsys.readouterr().out


# ---------------------------------------------------------------- new words


def _word(term: str, rule: str = "PG-WILDLIFE") -> AcceptedWord:
    return AcceptedWord(term=term, rule=rule, by="王芳", day=date(2026, 11, 21))


def test_accepted_word_is_found_signed_and_dated(tmp_path):
    path = tmp_path / "local.yaml"
    accept(_word("鹊鸪料"), PACKS, CATALOGUE, path)
    local = load_local(path)
    assert [(word.term, word.by, str(word.day)) for word in local.accepted] == [
        ("鹊鸪料", "王芳", "2026-11-21")
    ]
    packs = with_local(PACKS, local)
    assert lint(CATALOGUE, packs) == []
    detector = detector_of(
        {"prohibited": [r for r in packs.prohibited if r.code == "PG-WILDLIFE"]}, packs, CATALOGUE
    )
    [finding] = detector.inspect(a_listing(1, title="鹊鸪料 一块"), snapshot="s", observed_at=NOW)
    assert (finding.rule, finding.spans[0].quote) == ("PG-WILDLIFE", "鹊鸪料")
    assert "local.yaml@" in packs.pack_of("PG-WILDLIFE")


@pytest.mark.parametrize(
    ("word", "error"),
    [
        (_word("象牙"), "already"),
        (_word("连衣裙"), "clean example"),
        (_word("鹊鸪料", "LIC-MISSING"), "not a text rule"),
        (_word("！！"), "no letter"),
        (_word("象牙白"), "象牙白"),
    ],
)
def test_word_that_would_harm_is_not_taken(tmp_path, word, error):
    path = tmp_path / "local.yaml"
    with pytest.raises(UsageError, match=error):
        accept(word, PACKS, CATALOGUE, path)
    assert not path.exists()


def test_rejected_word_is_remembered_and_no_longer_accepted(tmp_path):
    path = tmp_path / "local.yaml"
    accept(_word("鹊鸪料"), PACKS, CATALOGUE, path)
    packs = with_local(PACKS, load_local(path))
    reject(RejectedWord(term="鹊鸪料", by="李明", day=date(2026, 11, 22), note="地名"), packs, path)
    local = load_local(path)
    assert local.accepted == ()
    assert [(word.term, word.note) for word in local.rejected] == [("鹊鸪料", "地名")]


def test_local_words_survive_the_file():
    local = LocalWords(accepted=(_word("鹊: #鸪"),))
    assert parse_local(dump_local(local)) == local


def test_broken_local_file_names_its_line():
    with pytest.raises(RulePackError, match=r"local\.yaml:3"):
        parse_local("accepted:\n  - {term: 甲, rule: PG-WILDLIFE, by: 王, day: 2026-11-21}\n  - {trem: 乙}\n")
    with pytest.raises(RulePackError, match="PG-NOTHING"):
        with_local(PACKS, LocalWords(accepted=(_word("甲乙", "PG-NOTHING"),)))
