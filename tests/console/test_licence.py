"""The licence part of a finding's page: comparison, hidden text, the picture redrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from console.desk import Desk
from domain.account import Role
from domain.licence import Compared, LicenceProof, LicenceRecord
from evidence.warc import Exchange, WarcArchive
from tests.console.people import Person, plant
from tests.storage.builders import DAY, RUN

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
    [("zh-CN", ("登记比对", "不一致")), ("en", ("Comparison with the register", "differs"))],
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


def test_other_shops_of_the_operator_are_named(desk: Desk, sign_in: SignIn) -> None:
    shop = plant(desk.store, 1).shop
    record = LicenceRecord(
        shop=shop, target="a", snapshot="s", run=RUN, observed_at=DAY, state="ok", code=CODE, name="甲商行"
    )
    desk.store.licences.save([record, replace(record, shop="yunfan:7", target="b")])
    page = sign_in(Role.VIEWER).get("/findings/1").text
    assert "甲商行" in page
    assert CODE in page
    assert "yunfan:7" in page
