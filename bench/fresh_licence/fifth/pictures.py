"""Licences and other certificates as pictures of the fifth set."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from bench.fresh_licence.cases import Operator
from bench.fresh_licence.drawing import font, jpeg

_SIZE, _QUALITY = (1280, 900), 88
# So small that nobody reads it: letters are two pixels high.
_THUMB = (112, 79)


def licence(op: Operator) -> bytes:
    """The licence of ``op`` as a JPEG: a frame, a title, and two columns of labels and values."""
    boss = "经营者" if op.kind == "92" else "法定代表人"
    rows = (
        ("统一社会信用代码", op.no), ("名　　称", op.name), ("类　　型", op.type), (boss, op.person),
        ("成立日期", op.since), ("住　　所", op.address),
        ("经营范围", op.scope[:28]), ("登记机关", op.authority),
    )  # fmt: skip
    return jpeg(_sheet("营 业 执 照", rows), _QUALITY)


def thumbnail(op: Operator) -> bytes:
    """The licence of ``op``, too small to be read."""
    with Image.open(io.BytesIO(licence(op))) as whole:
        return jpeg(whole.resize(_THUMB), _QUALITY)


def certificate(title: str, op: Operator) -> bytes:
    """A certificate of another kind, given to ``op``."""
    rows = (
        ("兹证明", op.name),
        ("地　址", op.address),
        ("证书编号", f"ZS-{op.place.region}-07"),
        ("发证日期", "2025-03-18"),
    )
    return jpeg(_sheet(title, rows), _QUALITY)


def _sheet(title: str, rows: Sequence[tuple[str, str]]) -> Image.Image:
    picture = Image.new("RGB", _SIZE, (252, 250, 242))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((24, 24, _SIZE[0] - 24, _SIZE[1] - 24), outline=(176, 140, 60), width=8)
    pen.text((_SIZE[0] // 2, 110), title, font=font(76), fill=(30, 30, 30), anchor="mm")
    for at, (label, value) in enumerate(rows):
        pen.text((90, 210 + at * 76), label, font=font(30), fill=(120, 90, 40))
        pen.text((380, 210 + at * 76), value, font=font(30), fill=(20, 20, 20))
    pen.ellipse((980, 690, 1160, 870), outline=(205, 60, 50), width=6)
    return picture
