"""The licence part of a finding's page: comparison, hidden text, the picture redrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from console.desk import Desk
from console.routers import displays
from domain.account import Role
from domain.finding import Finding, Lead
from domain.licence import Compared, LicenceProof, LicenceRecord, LicenceWarning, Listed
from domain.register import OperatorRow
from evidence.warc import Exchange, WarcArchive
from storage.registers import RegisterImport
from tests.console.people import Person, plant
from tests.storage.builders import DAY, RUN, a_run

pytestmark = pytest.mark.mongo
SignIn = Callable[..., Person]
HOSTILE = "<script>alert(1)</script>"
CODE = "91330106MA1K2B3C56"
PROOF = LicenceProof(
    quote=f"统一社会信用代码 {CODE}{HOSTILE}",
    page="https://shop.example/",
    where="body > p#lic",
    hidden_by="p#lic { display: none }",
    read=("营业执照", HOSTILE),
    compared=(
        Compared(field="code", shown=CODE, registered=CODE, same=True),
        Compared(field="name", shown=f"乙商贸{HOSTILE}", registered="甲商行", same=False),
        Compared(field="status", shown="", registered="吊销，未注销"),
    ),
    listed=(
        Listed(item="type", title="企业类型", english="type of company", shown=f"有限责任公司{HOSTILE}"),
        Listed(item="address", title="住所", english="domicile"),
    ),
    register_date=date(2026, 11, 1),
)


def a_picture(colour: str = "white") -> bytes:
    made = BytesIO()
    Image.new("RGB", (900, 600), colour).save(made, "JPEG")
    return made.getvalue()


def preserved(desk: Desk, body: bytes, number: int = 1, **proof: object) -> None:
    """A finding that was read from a picture with these bytes."""
    first = plant(desk.store, number)
    page = desk.store.snapshots.get(first.snapshot)
    assert page
    exchange = Exchange(
        url="https://shop.example/l.jpg", method="GET", request_headers=(), request_body=b"", status=200,
        response_headers=(("Content-Type", "image/jpeg"),), body=body, fetched_at=DAY, ip_address="", gaps=(),
    )  # fmt: skip
    with WarcArchive(desk.settings.evidence_dir, RUN, writer_id="w", software="t", floor_bytes=0) as archive:
        place = archive.write(exchange)
    digest = hashlib.sha256(body).hexdigest()
    picture = replace(page, attempt=5, warc=place, payload_digest=digest)
    desk.store.snapshots.save([picture])
    made = replace(PROOF, picture=picture.id, **proof)  # type: ignore[arg-type]
    plant(desk.store, number + 1, rule="LIC-NAME-MISMATCH", licence=made)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", ("登记比对", "不一致", "法定公示事项", "企业类型", "未见")),
        ("en", ("Comparison with the register", "differs", "the law lists", "domicile", "not seen")),
    ],
)
def test_comparison_and_hidden_text_are_shown_and_escaped(
    desk: Desk, sign_in: SignIn, language: str, words: tuple[str, ...]
) -> None:
    plant(desk.store, 1, rule="LIC-NAME-MISMATCH", licence=PROOF)
    page = sign_in(Role.VIEWER, **{"Accept-Language": language}).get("/findings/1").text
    for shown in (
        *words,
        "甲商行",
        "吊销，未注销",
        "2026-11-01",
        "p#lic { display: none }",
        "body &gt; p#lic",
    ):
        assert shown in page
    assert HOSTILE not in page
    assert "licence-picture" not in page


def test_picture_is_redrawn_with_its_number_marked(desk: Desk, sign_in: SignIn) -> None:
    preserved(desk, a_picture(), box=(100, 200, 400, 240))
    person = sign_in(Role.VIEWER)
    assert "/findings/2/licence-picture?part=crop" in person.get("/findings/2").text
    whole, crop = (person.get(f"/findings/2/licence-picture{part}") for part in ("", "?part=crop"))
    for answer in (whole, crop):
        assert answer.headers["content-type"] == "image/png"
        assert "script" not in answer.headers.get("content-security-policy", "").replace("script-src", "")
    image = Image.open(BytesIO(whole.content))
    assert (image.format, image.size) == ("PNG", (900, 600))
    red = image.convert("RGB").getpixel((100, 220))
    assert red == (200, 30, 30)
    assert Image.open(BytesIO(crop.content)).size == (460, 200)


@pytest.mark.parametrize("body", [b"<svg onload='alert(1)'/>", b"\xff\xd8 cut", b""])
def test_what_is_no_picture_is_not_served(desk: Desk, sign_in: SignIn, body: bytes) -> None:
    preserved(desk, body)
    assert sign_in(Role.VIEWER).get("/findings/2/licence-picture").status_code == 404


def test_a_finding_without_a_picture_has_none(desk: Desk, sign_in: SignIn) -> None:
    plant(desk.store, 1)
    person = sign_in(Role.VIEWER)
    assert person.get("/findings/1/licence-picture").status_code == 404
    assert person.get("/findings/99/licence-picture").status_code == 404


@pytest.fixture
def operator(desk: Desk) -> Finding:
    """An operator with shops on two platforms, and an impostor that shows its number."""
    finding = plant(desk.store, 1)
    mine = LicenceRecord(
        shop=finding.shop, target="a", snapshot="s", run=RUN, observed_at=DAY, state="ok", code=CODE,
        identity=CODE, name="甲商行", registered_name="甲商行", page="https://shop.example/",
        register_date=date(2026, 11, 1),
    )  # fmt: skip
    impostor = replace(
        mine, shop="guanshan:9", target="c", identity="", name=f"乙{HOSTILE}", state="name_mismatch"
    )
    desk.store.licences.save([mine, replace(mine, shop="yunfan:7", target="b"), impostor])
    facts: dict[str, Any] = {"rules": (finding.rule,), "severity": finding.severity, "operator": CODE}
    desk.store.leads.save(
        [
            Lead(campaign="c-2026", shop=shop, findings=(key,), **facts)
            for shop, key in ((finding.shop, finding.id), ("yunfan:7", "x"))
        ]
    )
    return finding


def test_a_finding_tells_every_capture_of_the_display_with_its_warnings(desk: Desk, sign_in: SignIn) -> None:
    finding = plant(desk.store, 1, licence=PROOF)
    first = LicenceRecord(
        shop=finding.shop, target="a", snapshot="first" + "0" * 59, run=RUN, observed_at=DAY, state="missing",
        warnings=(LicenceWarning(code="LIC-UNCLEAR", reason=f"看不清{HOSTILE}"),),
    )  # fmt: skip
    second = replace(first, target="b", snapshot="second" + "0" * 58, observed_at=DAY + timedelta(days=1))
    desk.store.licences.save([first, replace(first, shop="yunfan:7", target="c", snapshot="other"), second])
    page = sign_in(Role.VIEWER, **{"Accept-Language": "en"}).get("/findings/1").text
    captures = page.partition("Captures of this display")[2]
    assert 0 < captures.find("second000000") < captures.find("first0000000")
    assert captures.count("not displayed") == 2
    assert "LIC-UNCLEAR" in captures
    assert HOSTILE not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("亮照检查表", "名称不一致", "列出3家")), ("en", ("Licence displays", "3 shops listed"))],
)
def test_every_display_of_a_run_is_listed_with_warnings_and_by_state(
    desk: Desk, sign_in: SignIn, operator: Finding, language: str, words: tuple[str, ...]
) -> None:
    run = a_run(id=RUN)
    desk.store.runs.create(run)
    warned = LicenceWarning(code="LIC-INCOMPLETE", reason=f"未见住所{HOSTILE}")
    good = desk.store.licences.latest("yunfan:7")
    assert good
    desk.store.licences.save([replace(good, target="b", warnings=(warned,))])
    person = sign_in(Role.VIEWER, **{"Accept-Language": language})
    page = person.get(f"/runs/{run.id}/displays").text
    assert [shown for shown in (*words, CODE, "LIC-INCOMPLETE", "未见住所") if shown not in page] == []
    assert HOSTILE not in page
    claimed = person.get(f"/runs/{run.id}/displays?state=name_mismatch").text
    assert "guanshan:9" in claimed
    assert "yunfan:7" not in claimed
    assert "guanshan:9" not in person.get(f"/runs/{run.id}/displays?state=<x>").text
    assert person.get("/runs/NONE/displays").status_code == 404


def test_displays_beyond_a_page_stand_on_the_next(
    desk: Desk, sign_in: SignIn, operator: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(displays, "PAGE_LENGTH", 2)
    desk.store.runs.create(a_run(id=RUN))
    person = sign_in(Role.VIEWER)
    shown = ("guanshan:9", operator.shop, "yunfan:7")
    first, second = (person.get(f"/runs/{RUN}/displays{asked}").text for asked in ("", "?after=2"))
    assert [shop in first for shop in shown] == [True, True, False]
    assert [shop in second for shop in shown] == [False, False, True]
    assert f'rel="next" href="/runs/{RUN}/displays?state=&amp;after=2"' in first
    assert 'rel="next"' not in second
    for odd in ("-1", "x", "²", "9" * 30):
        assert person.get(f"/runs/{RUN}/displays?after={odd}").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("自称该主体", "网店", "名称不一致")), ("en", ("Claim to be this operator", "Shops"))],
)
def test_an_operator_is_one_subject_with_its_shops_on_every_platform(
    desk: Desk, sign_in: SignIn, operator: Finding, language: str, words: tuple[str, ...]
) -> None:
    person = sign_in(Role.VIEWER, **{"Accept-Language": language})
    page = person.get(f"/operators/{CODE}").text
    proved, _, claimed = page.partition('id="claims"')
    for shop in (operator.shop, "yunfan:7"):
        assert f'data-shop="{shop}"' in proved
        assert f'data-shop="{shop}"' not in claimed
    assert 'data-shop="guanshan:9"' in claimed
    assert 'href="/findings/1"' in proved
    assert "c-2026" in proved
    assert HOSTILE not in page
    assert [word for word in words if word not in page] == []
    listed = person.get("/operators").text
    assert f'href="/operators/{CODE}"' in listed
    assert person.get("/operators/91440305MA5T8W2E0X").status_code == 404


def test_an_operator_page_shows_the_register_row_and_its_day(
    desk: Desk, sign_in: SignIn, operator: Finding
) -> None:
    row = OperatorRow(
        code=CODE, name="甲商行", status="吊销", status_since=date(2026, 10, 1), old_number="330106000123458",
        as_of=date(2026, 11, 9),
    )  # fmt: skip
    source, _ = desk.store.registers.begin("operators")
    desk.store.registers.add_operators([row], source)
    desk.store.registers.finish(
        RegisterImport(id=source, file="r", digest="0", kind="operators", rows=1, rejected=0, at=DAY)
    )
    claim = desk.store.licences.latest("guanshan:9")
    assert claim
    desk.store.licences.save([replace(claim, shop="guanshan:8", target="d", code=row.old_number)])
    page = sign_in(Role.VIEWER).get(f"/operators/{CODE}").text
    for shown in ("330106000123458", "吊销", "2026-10-01", "2026-11-09"):
        assert shown in page
    assert 'data-shop="guanshan:8"' in page.partition('id="claims"')[2]


def test_other_shops_of_the_operator_are_named_and_a_claim_names_none(
    desk: Desk, sign_in: SignIn, operator: Finding
) -> None:
    person = sign_in(Role.VIEWER)
    page = person.get("/findings/1").text
    assert "甲商行" in page
    assert f'href="/operators/{CODE}"' in page
    assert "yunfan:7" in page
    assert "guanshan:9" not in page
    record = desk.store.licences.latest(operator.shop)
    assert record
    desk.store.licences.save([replace(record, target="a", identity="", state="name_mismatch")])
    page = person.get("/findings/1").text
    assert "自称" in page
    assert "yunfan:7" not in page
