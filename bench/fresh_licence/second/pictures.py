"""Licences 营业执照 as pictures of the second set: photographed on a desk, turned, marked, blurred."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bench.fresh_licence.drawing import font_of, jpeg, qr
from bench.fresh_licence.halves import Operator

_SERIF, _SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
_RED, _INK = "#b01c1c", "#1a1a1a"


def draw(operator: Operator, look: Mapping[str, Any], chance: Random) -> bytes:
    """A licence as JPEG.

    Args:
        operator: its data; the number as ``shown``.
        look: ``layout`` and ``width``; where given ``qr``, ``tilt``, ``turn`` in degrees, ``mark`` (words of
            a watermark), ``blur`` (radius in pixels of the result), JPEG ``quality``.
        chance: the camera's angle.
    """
    picture = _LAYOUTS[look["layout"]](operator, look.get("qr", False))
    if look.get("mark"):
        picture = _marked(picture, look["mark"])
    if look.get("tilt"):
        picture = _photographed(picture, chance)
    if look.get("turn"):
        picture = picture.rotate(look["turn"], expand=True)
    size = (look["width"], round(picture.height * look["width"] / picture.width))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    if look.get("blur"):
        picture = picture.filter(ImageFilter.GaussianBlur(look["blur"]))
    return jpeg(picture, look.get("quality", 82))


def _hall(operator: Operator, qr: bool) -> Image.Image:
    # Landscape as hung in a hall: two columns, the number under the emblem at the left.
    picture = Image.new("RGB", (1684, 1190), "#fbf8ec")
    pen = ImageDraw.Draw(picture)
    for inset, colour in ((28, "#c9a24b"), (40, "#e3cf9a"), (52, "#c9a24b")):
        pen.rounded_rectangle((inset, inset, 1684 - inset, 1190 - inset), 18, outline=colour, width=4)
    pen.ellipse((790, 80, 894, 184), fill="#d33", outline="#c9a24b", width=6)
    pen.text((842, 265), "营 业 执 照", font=font_of(_SERIF, 96), fill=_INK, anchor="mm")
    pen.text((110, 170), "统一社会信用代码", font=font_of(_SERIF, 30), fill=_INK)
    pen.text((110, 216), operator.shown, font=font_of(_SANS, 34), fill=_INK)
    left = [("名　　称", operator.name), ("类　　型", operator.type), ("法定代表人", operator.person)]
    right = [
        ("注册资本", operator.capital),
        ("成立日期", operator.since),
        ("住　　所", operator.address[:16]),
    ]
    for at, (label, value) in enumerate([*left, ("经营范围", operator.scope)]):
        _row(pen, (110, 400 + 92 * at), label, value, 200)
    for at, (label, value) in enumerate(right):
        _row(pen, (960, 400 + 92 * at), label, value, 180)
    pen.text((1120, 860), f"登记机关　{operator.authority[-9:]}", font=font_of(_SERIF, 28), fill=_INK)
    pen.ellipse((1250, 830, 1450, 1030), outline=_RED, width=7)
    if qr:
        _paste_qr(picture, operator, (1440, 96), 4)
    return picture


def _ledger(operator: Operator, qr: bool) -> Image.Image:
    # Portrait with a ruled table, as older prints have it.
    picture = Image.new("RGB", (1120, 1560), "#f6f1e1")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((36, 36, 1084, 1524), outline="#7d6a3a", width=8)
    pen.text((560, 170), "营业执照", font=font_of(_SERIF, 104), fill=_RED, anchor="mm")
    pen.text((560, 262), "（副本）", font=font_of(_SERIF, 38), fill=_INK, anchor="mm")
    rows = [
        ("统一社会信用代码", operator.shown), ("名　　　称", operator.name), ("类　　　型", operator.type),
        ("经 营 场 所", operator.address), ("经　营　者", operator.person), ("注 册 日 期", operator.since),
        ("经 营 范 围", operator.scope),
    ]  # fmt: skip
    for at, (label, value) in enumerate(rows):
        top = 340 + 110 * at
        pen.line((90, top + 84, 1030, top + 84), fill="#c9bd98", width=2)
        _row(pen, (96, top + 26), label, value, 300)
    pen.text((600, 1240), operator.authority, font=font_of(_SERIF, 30), fill=_INK)
    if qr:
        _paste_qr(picture, operator, (110, 1230), 5)
    return picture


def _stand(operator: Operator, qr: bool) -> Image.Image:
    # Portrait on green lines: labels in a column at the left, the number at the right above them.
    picture = Image.new("RGB", (1200, 1640), "#f4faf4")
    pen = ImageDraw.Draw(picture)
    for at in range(0, 1640, 14):
        pen.line((0, at, 1200, at + 40), fill="#e6f1e6", width=1)
    pen.rectangle((44, 44, 1156, 1596), outline="#3f7d4e", width=10)
    pen.text((600, 210), "营 业 执 照", font=font_of(_SANS, 100), fill="#222", anchor="mm")
    pen.text(
        (1090, 320), f"统一社会信用代码　{operator.shown}", font=font_of(_SANS, 34), fill="#222", anchor="rm"
    )
    rows = [
        ("名称", operator.name), ("类型", operator.type), ("住所", operator.address),
        ("法定代表人", operator.person), ("注册资本", operator.capital), ("成立日期", operator.since),
        ("营业期限", "长期"), ("经营范围", operator.scope),
    ]  # fmt: skip
    for at, (label, value) in enumerate(rows):
        _row(pen, (110, 420 + 96 * at), label, value, 240, family=_SANS)
    pen.text((640, 1330), "登记机关", font=font_of(_SANS, 32), fill="#222")
    pen.text((640, 1384), operator.authority, font=font_of(_SANS, 32), fill="#222")
    if qr:
        _paste_qr(picture, operator, (110, 1260), 6)
    return picture


def _card(operator: Operator, qr: bool) -> Image.Image:
    # A card as phone programs show it: label above value.
    picture = Image.new("RGB", (1080, 1500), "#e9eef6")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((40, 120, 1040, 1440), 28, fill="white")
    pen.text((80, 40), "‹　证照详情", font=font_of(_SANS, 40), fill="#222")
    pen.text((90, 170), "营业执照", font=font_of(_SANS, 60), fill="#14408f")
    rows = [
        ("企业名称", operator.name), ("统一社会信用代码", operator.shown), ("企业类型", operator.type),
        ("负责人", operator.person), ("成立日期", operator.since), ("住所", operator.address),
    ]  # fmt: skip
    for at, (label, value) in enumerate(rows):
        pen.text((90, 290 + 150 * at), label, font=font_of(_SANS, 30), fill="#8a8f99")
        pen.text((90, 336 + 150 * at), value[:30], font=font_of(_SANS, 36), fill="#1f2329")
    if qr:
        _paste_qr(picture, operator, (800, 1190), 4)
    return picture


_LAYOUTS: Mapping[str, Callable[[Operator, bool], Image.Image]] = {
    "hall": _hall,
    "ledger": _ledger,
    "stand": _stand,
    "card": _card,
}


def _row(
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    label: str,
    value: str,
    indent: int,
    *,
    family: str = _SERIF,
) -> None:
    pen.text(at, label, font=font_of(family, 32), fill="#555")
    for line in range(0, len(value), 20):
        pen.text(
            (at[0] + indent, at[1] + 2 * line), value[line : line + 20], font=font_of(family, 32), fill=_INK
        )


def _paste_qr(picture: Image.Image, operator: Operator, at: tuple[int, int], scale: int) -> None:
    picture.paste(qr(f"https://www.gsxt.gov.cn/index.html?uniscid={operator.shown}", scale), at)


def _marked(picture: Image.Image, words: str) -> Image.Image:
    layer = Image.new("RGBA", (2 * picture.width, 2 * picture.height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for top in range(0, layer.height, 260):
        for left in range(0, layer.width, 620):
            pen.text((left + top % 200, top), words, font=font_of(_SANS, 44), fill=(90, 90, 90, 70))
    left, top = picture.width // 2, picture.height // 2
    turned = layer.rotate(24).crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), turned).convert("RGB")


def _photographed(picture: Image.Image, chance: Random) -> Image.Image:
    # On a wooden desk, seen from the side: the corners move inwards, the light falls off.
    wide, high = picture.width + 300, picture.height + 260
    desk = Image.new("RGB", (wide, high), "#7a5534")
    desk.paste(picture, (150, 130))
    shift = [chance.uniform(0.02, 0.07) for _ in range(4)]
    corners = [
        (wide * shift[0], high * shift[1]), (wide * (1 - shift[1]), high * shift[2]),
        (wide * (1 - shift[3]), high * (1 - shift[0])), (wide * shift[2], high * (1 - shift[3])),
    ]  # fmt: skip
    square = [(0, 0), (wide, 0), (wide, high), (0, high)]
    seen = desk.transform(
        desk.size,
        Image.Transform.PERSPECTIVE,
        _perspective(corners, square),
        Image.Resampling.BICUBIC,
        fillcolor="#5e4028",
    )
    light = Image.linear_gradient("L").resize(seen.size).point(lambda level: 175 + level // 4)
    return Image.composite(seen, Image.new("RGB", seen.size, "#20180f"), light)


def _perspective(seen: list[tuple[float, float]], flat: list[tuple[int, int]]) -> list[float]:
    # The eight numbers that send each corner of the photograph to its corner on the desk.
    rows, right = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(each) for each in np.linalg.solve(np.array(rows), np.array(right))]
