"""Invented licences 营业执照 as pictures, in layouts of our own: the pictures of the first set."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from bench.fresh_licence.drawing import font, jpeg, qr
from bench.fresh_licence.halves import Operator

_SIZES = {
    "new_landscape": (1500, 1060),
    "portrait": (1000, 1400),
    "copy_portrait": (1000, 1400),
    "phone": (1080, 1500),
}


def draw_licence(operator: Operator, look: Mapping[str, Any], chance: Random) -> bytes:
    """A licence as JPEG.

    Args:
        operator: its data; the number as ``shown``.
        look: ``layout``, ``width`` in pixels, JPEG ``quality``, ``qr``,
            ``worn`` (0 clean, 1 tilted and noisy).
        chance: tilt and noise.
    """
    size = _SIZES[look["layout"]]
    ground = {"phone": "#eef3f8", "copy_portrait": "#fcf7e8"}.get(look["layout"], "#fdfcf5")
    picture = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(picture)
    _frame(pen, size, look["layout"])
    _lines(pen, operator, size, look["layout"])
    if look["qr"]:
        code = qr(f"http://zzlz.gsxt.gov.cn/?serial={operator.shown}", 5)
        picture.paste(code, (size[0] - code.width - 80, 210))
    if look["worn"]:
        picture = _worn(picture, chance, ground)
    height = round(picture.height * look["width"] / picture.width)
    return jpeg(picture.resize((look["width"], height), Image.Resampling.LANCZOS), look["quality"])


def draw_certificate(title: str, operator: Operator, chance: Random) -> bytes:
    """Another certificate: no licence."""
    picture = Image.new("RGB", (1000, 700), "#fffaf0")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((20, 20, 980, 680), outline="#b8860b", width=8)
    pen.text((500, 120), title, font=font(72), fill="#8b0000", anchor="mm")
    lines = (
        f"注册人：{operator.name}",
        f"编号：第{chance.randint(10**6, 10**7)}号",
        "有效期至 2031年05月20日",
    )
    for row, line in enumerate(lines):
        pen.text((120, 260 + 90 * row), line, font=font(36), fill="#222")
    return jpeg(picture, 80)


def _frame(pen: ImageDraw.ImageDraw, size: tuple[int, int], layout: str) -> None:
    wide, high = size
    if layout == "phone":
        pen.rectangle((0, 0, wide, 120), fill="#1f6feb")
        pen.text((wide / 2, 60), "电子营业执照", font=font(46), fill="white", anchor="mm")
        return
    pen.rectangle((24, 24, wide - 24, high - 24), outline="#b07d2b", width=10)
    pen.rectangle((44, 44, wide - 44, high - 44), outline="#d9b56c", width=3)
    title = "营 业 执 照" if layout == "new_landscape" else "营业执照"
    pen.text((wide / 2, 170), title, font=font(92), fill="#111", anchor="mm")
    if layout == "copy_portrait":
        pen.text((wide / 2, 250), "（副　本）", font=font(40), fill="#111", anchor="mm")


def _lines(pen: ImageDraw.ImageDraw, operator: Operator, size: tuple[int, int], layout: str) -> None:
    wide, _ = size
    rows = [
        ("名　　称", operator.name),
        ("类　　型", operator.type),
        ("法定代表人", operator.person),
        ("经营范围", operator.scope),
        ("注册资本", operator.capital),
        ("成立日期", operator.since),
        ("住　　所", operator.address),
    ]
    left, top, gap = 110, 330, 84
    if layout == "new_landscape":
        pen.text((110, 250), "统一社会信用代码", font=font(30), fill="#222")
        pen.text((110, 295), operator.shown, font=font(36), fill="#111")
        top = 390
    else:
        rows.insert(0, ("统一社会信用代码" if layout != "phone" else "信用代码", operator.shown))
    for row, (label, value) in enumerate(rows):
        pen.text((left, top + gap * row), label, font=font(30), fill="#555")
        start = left + (300 if layout != "phone" else 200)
        pen.text((start, top + gap * row), value[:28], font=font(32), fill="#111")
    pen.text(
        (wide - 480, top + gap * len(rows) + 20),
        f"登记机关 {operator.authority}",
        font=font(26),
        fill="#444",
    )


def _worn(picture: Image.Image, chance: Random, ground: str) -> Image.Image:
    turned = picture.rotate(chance.uniform(-2.5, 2.5), resample=Image.Resampling.BICUBIC, fillcolor=ground)
    marks = ImageDraw.Draw(turned, "RGBA")
    for at in range(6):
        place = (chance.randint(0, turned.width - 200), 240 * at)
        marks.text(place, "仅供本店公示使用", font=font(40), fill=(120, 120, 120, 60))
    return turned.filter(ImageFilter.GaussianBlur(0.8))
