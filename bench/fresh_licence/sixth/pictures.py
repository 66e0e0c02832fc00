"""Licences as shops photograph, scan and stamp them: the pictures of the sixth and seventh set."""

from __future__ import annotations

import io
from collections.abc import Sequence
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bench.fresh_licence.cases import Operator
from bench.fresh_licence.drawing import font, jpeg, qr

LOOKS = (
    "scan", "duplicate+mark+stamp", "old", "old+skew", "duplicate+qr", "duplicate+shade", "screen+pale",
    "scan+skew+noise", "duplicate+skew+qr", "scan+pale", "old+stamp", "duplicate+quarter", "screen+mark",
)  # fmt: skip
_INK, _LABEL, _RED = (34, 32, 30), (112, 92, 58), (202, 44, 40)
# So small that nobody reads it: letters are two or three pixels high.
_THUMB = 96


def photographed(look: str, op: Operator, chance: Random) -> bytes:
    """The licence of ``op`` as a JPEG that a person can read.

    Args:
        look: ``scan`` (landscape original 正本), ``old`` (portrait with one column), ``duplicate`` (landscape
            副本 with two columns) or ``screen`` (a telephone's picture of the electronic licence), joined by
            ``+`` with ``stamp``, ``noise``, ``skew``, ``mark``, ``shade``, ``pale``, ``qr`` or ``quarter``.
        op: whose, as shown.
        chance: angles, noise and places.
    """
    kind, *marks = look.split("+")
    picture = {"scan": _scan, "old": _old, "duplicate": _duplicate, "screen": _screen}[kind](op)
    if "qr" in marks:
        code = qr(f"https://www.gsxt.gov.cn/index.html?uniscid={op.no}", 5, "q")
        picture.paste(code, (picture.width - code.width - 90, 80))
    if "stamp" in marks:
        _stamp(picture, op)
    if "mark" in marks:
        picture = _marked(picture, f"仅供{op.brand}网店公示使用")
    if "pale" in marks:
        picture = Image.blend(picture, Image.new("RGB", picture.size, (236, 232, 224)), 0.5)
    if "shade" in marks:
        picture = _shaded(picture)
    if "skew" in marks:
        picture = _skewed(picture, chance)
    if "noise" in marks:
        picture = _noisy(picture, chance)
    if "quarter" in marks:
        picture = picture.rotate(90, expand=True)
    return jpeg(picture, 58 if len(marks) > 1 else 76)


def thumbnail(op: Operator, chance: Random) -> bytes:
    """The licence of ``op``, too small to be read."""
    with Image.open(io.BytesIO(photographed("duplicate", op, chance))) as whole:
        return jpeg(whole.resize((_THUMB, whole.height * _THUMB // whole.width)), 70)


def certificate(title: str, op: Operator) -> bytes:
    """A certificate of another kind, given to ``op``."""
    picture, pen = _paper((1000, 720), (255, 250, 236))
    pen.rectangle((26, 26, 974, 694), outline=(150, 30, 34), width=9)
    pen.text((500, 130), title, font=font(58), fill=(150, 30, 34), anchor="mm")
    for at, line in enumerate((op.name, f"经审核，特发此证。编号 {op.place.region}-{op.since[:4]}-036")):
        pen.text((500, 300 + at * 90), line, font=font(34), fill=_INK, anchor="mm")
    pen.text((860, 610), "二〇二五年四月", font=font(28), fill=_INK, anchor="rm")
    return jpeg(picture, 82)


def plain_code(content: str) -> bytes:
    """A QR code alone, such as one to follow the shop by."""
    return jpeg(qr(content, 8, "q"), 90)


# ---------------------------------------------------------------- layouts


def _scan(op: Operator) -> Image.Image:
    picture, pen = _paper((1500, 1060), (250, 247, 234))
    for inset, width in ((20, 10), (40, 3)):
        pen.rectangle((inset, inset, 1500 - inset, 1060 - inset), outline=(186, 148, 70), width=width)
    pen.ellipse((706, 60, 794, 148), fill=_RED)
    pen.text((750, 262), "营　业　执　照", font=font(88), fill=_INK, anchor="mm")
    pen.text((110, 74), "统一社会信用代码", font=font(28), fill=_LABEL)
    pen.text((110, 116), op.no, font=font(34), fill=_INK)
    _column(pen, _facts(op)[:4], (120, 370), 92, 190, 34)
    _column(pen, _facts(op)[4:], (850, 370), 92, 170, 28)
    pen.text((1040, 850), "登记机关", font=font(30), fill=_LABEL)
    pen.text((1040, 900), f"{op.since[:4]} 年 {op.since[5:7]} 月 {op.since[8:]} 日", font=font(30), fill=_INK)
    return picture


def _old(op: Operator) -> Image.Image:
    picture, pen = _paper((1060, 1440), (244, 240, 222))
    pen.rectangle((34, 34, 1026, 1406), outline=(120, 128, 92), width=14)
    pen.text((530, 170), "营　业　执　照", font=font(82), fill=_INK, anchor="mm")
    label = "注册号" if len(op.no) == 15 else "统一社会信用代码"
    pen.text((530, 268), f"{label}　{op.no}", font=font(36), fill=_INK, anchor="mm")
    _column(pen, _facts(op), (110, 370), 94, 230, 32)
    pen.text((620, 1230), op.authority[:14], font=font(30), fill=_INK)
    return picture


def _duplicate(op: Operator) -> Image.Image:
    picture, pen = _paper((1600, 1120), (251, 249, 240))
    pen.rectangle((16, 16, 1584, 1104), outline=(196, 164, 92), width=20)
    pen.text((800, 180), "营业执照", font=font(100), fill=_INK, anchor="mm")
    pen.text((800, 268), "（副　本）　1-1", font=font(34), fill=_INK, anchor="mm")
    pen.text((150, 350), "统 一 社 会 信 用 代 码", font=font(28), fill=_LABEL)
    pen.text((150, 392), op.no, font=font(42), fill=_INK)
    _column(pen, _facts(op), (150, 480), 70, 260, 32)
    return picture


def _screen(op: Operator) -> Image.Image:
    picture, pen = _paper((860, 1480), (232, 238, 247))
    pen.rectangle((0, 0, 860, 90), fill=(40, 92, 190))
    pen.text((430, 46), "电子营业执照", font=font(38), fill=(255, 255, 255), anchor="mm")
    pen.rounded_rectangle((36, 130, 824, 1420), 28, fill=(255, 255, 255))
    pen.text((80, 180), op.name[:20], font=font(34), fill=_INK)
    rows = (("统一社会信用代码", op.no), *_facts(op)[1:])
    for at, (label, value) in enumerate(rows):
        pen.text((80, 280 + at * 128), label, font=font(26), fill=(130, 136, 150))
        pen.text((80, 322 + at * 128), value[:24], font=font(32), fill=_INK)
    return picture


def _paper(size: tuple[int, int], colour: tuple[int, int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", size, colour)
    return picture, ImageDraw.Draw(picture)


def _facts(op: Operator) -> tuple[tuple[str, str], ...]:
    boss = "经 营 者" if op.kind == "92" else "法定代表人"
    return (
        ("名　　称", op.name), ("类　　型", op.type), (boss, op.person), ("经营范围", op.scope[:18]),
        ("注册资本", op.capital), ("成立日期", op.since), ("住　　所", op.address[:20]),
    )  # fmt: skip


def _column(
    pen: ImageDraw.ImageDraw,
    rows: Sequence[tuple[str, str]],
    corner: tuple[int, int],
    step: int,
    indent: int,
    size: int,
) -> None:
    for at, (label, value) in enumerate(rows):
        top = corner[1] + step * at
        pen.text((corner[0], top), label, font=font(size - 4), fill=_LABEL)
        pen.text((corner[0] + indent, top), value, font=font(size), fill=_INK)


# ---------------------------------------------------------------- what happens to a picture


def _stamp(picture: Image.Image, op: Operator) -> None:
    # The registrar's round seal, over the lower right corner, clear of number and name.
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    right, low = picture.width - 110, picture.height - 80
    box = (right - 260, low - 260, right, low)
    pen.ellipse(box, outline=(*_RED, 190), width=9)
    pen.text((right - 130, low - 130), "★", font=font(70), fill=(*_RED, 190), anchor="mm")
    pen.text((right - 130, low - 62), op.authority[-10:], font=font(20), fill=(*_RED, 190), anchor="mm")
    picture.paste(layer, (0, 0), layer)


def _marked(picture: Image.Image, text: str) -> Image.Image:
    side = max(picture.size) * 2
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for top in range(0, side, 300):
        for left in range((top // 300 % 2) * 260, side, 760):
            pen.text((left, top), text, font=font(40), fill=(90, 110, 150, 62))
    turned = layer.rotate(24)
    start = side // 4
    part = turned.crop((start, start, start + picture.width, start + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), part).convert("RGB")


def _shaded(picture: Image.Image) -> Image.Image:
    # Light from one side, as on a desk by a window.
    pixels = np.asarray(picture, dtype=np.float32)
    across = np.linspace(1.0, 0.58, picture.width, dtype=np.float32)
    return Image.fromarray((pixels * across[None, :, None]).astype(np.uint8))


def _skewed(picture: Image.Image, chance: Random) -> Image.Image:
    # Taken from the side: two corners nearer than the others, on a table top.
    desk = Image.new("RGB", (picture.width + 200, picture.height + 200), (118, 96, 76))
    desk.paste(picture, (100, 100))
    wide, high = desk.size
    near, lean = chance.uniform(0.03, 0.06) * wide, chance.uniform(0.02, 0.05) * high
    corners = ((near, lean), (0, high), (wide, high - lean), (wide - near, 0))
    turned = desk.transform(
        desk.size,
        Image.Transform.QUAD,
        [int(each) for pair in corners for each in pair],
        Image.Resampling.BICUBIC,
    )
    return turned.filter(ImageFilter.GaussianBlur(0.7))


def _noisy(picture: Image.Image, chance: Random) -> Image.Image:
    grain = np.random.default_rng(chance.randrange(2**31)).normal(0, 13, (picture.height, picture.width, 1))
    pixels = np.asarray(picture, dtype=np.float64) + grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
