"""Licences, other certificates and plain pictures in the layouts of the third set."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw, ImageFilter

from bench.fresh_licence.cases import Operator
from bench.fresh_licence.drawing import font, jpeg, qr

_INK, _GREY, _GOLD = "#20201c", "#6a6558", "#b8923a"


def draw(look: str, operator: Operator, chance: Random) -> bytes:
    """A picture as JPEG.

    Args:
        look: ``wide``, ``tall``, ``folded`` or ``phone`` for a licence, joined by ``+`` with ``qr``,
            ``watermark``, ``photo``, ``turned`` or ``thumb`` (72 pixels wide, not to be read);
            ``cert:TITLE``, ``wechat`` (a code to scan) or ``noise`` (a photograph without text).
        operator: whose, as shown.
        chance: noise and angle.
    """
    kind, *marks = look.split("+")
    if kind.startswith("cert:"):
        return jpeg(_certificate(kind.removeprefix("cert:"), operator), 84)
    if kind == "wechat":
        return jpeg(qr(f"https://u.wechat.example/{chance.randrange(10**9)}", 9), 90)
    if kind == "noise":
        return jpeg(_photograph(chance), 80)
    picture = {"wide": _wide, "tall": _tall, "folded": _folded, "phone": _phone}[kind](operator)
    if "qr" in marks:
        code = qr(f"https://www.gsxt.gov.cn/scan?code={operator.no}", 4)
        picture.paste(code, (picture.width - code.width - 70, picture.height - code.height - 60))
    if "watermark" in marks:
        picture = _watermarked(picture)
    if "photo" in marks:
        picture = _on_a_table(picture, chance)
    if "turned" in marks:
        picture = picture.rotate(90, expand=True)
    width = 72 if "thumb" in marks else min(picture.width, 1080)
    size = (width, round(picture.height * width / picture.width))
    return jpeg(picture.resize(size, Image.Resampling.LANCZOS), 86)


def _wide(operator: Operator) -> Image.Image:
    picture = Image.new("RGB", (1440, 1000), "#fbf9f0")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((22, 22, 1418, 978), outline=_GOLD, width=14)
    pen.text((720, 150), "营　业　执　照", font=font(84), fill=_INK, anchor="mm")
    pen.text((720, 232), f"统一社会信用代码　{operator.no}", font=font(34), fill=_INK, anchor="mm")
    _pairs(pen, operator, (110, 320), 74, 220)
    return picture


def _tall(operator: Operator) -> Image.Image:
    picture = Image.new("RGB", (1020, 1440), "#f7f4e6")
    pen = ImageDraw.Draw(picture)
    for inset in (26, 42):
        pen.rectangle((inset, inset, 1020 - inset, 1440 - inset), outline=_GOLD, width=5)
    pen.ellipse((460, 80, 560, 180), fill="#c8322b")
    pen.text((510, 260), "营业执照", font=font(90), fill=_INK, anchor="mm")
    pen.text((510, 350), "（副本）", font=font(36), fill=_INK, anchor="mm")
    pen.text((80, 420), "统一社会信用代码", font=font(30), fill=_GREY)
    pen.text((80, 464), operator.no, font=font(42), fill=_INK)
    _pairs(pen, operator, (80, 560), 86, 210)
    return picture


def _folded(operator: Operator) -> Image.Image:
    # Two halves with a fold between them, as scanned flat.
    picture = Image.new("RGB", (1500, 960), "#faf8f1")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((748, 0, 752, 960), fill="#ddd6c4")
    pen.text((375, 200), "营业执照", font=font(78), fill="#a61d1d", anchor="mm")
    pen.text((375, 330), "统一社会信用代码", font=font(30), fill=_GREY, anchor="mm")
    pen.text((375, 380), operator.no, font=font(38), fill=_INK, anchor="mm")
    pen.text((375, 780), operator.authority, font=font(26), fill=_INK, anchor="mm")
    _pairs(pen, operator, (800, 150), 96, 190)
    return picture


def _phone(operator: Operator) -> Image.Image:
    picture = Image.new("RGB", (900, 1300), "#dfe9f5")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((40, 90, 860, 1240), 30, fill="#ffffff")
    pen.text((450, 160), "电子营业执照", font=font(52), fill="#1f4e9c", anchor="mm")
    pen.text((90, 250), "统一社会信用代码", font=font(28), fill=_GREY)
    pen.text((90, 292), operator.no, font=font(38), fill=_INK)
    _pairs(pen, operator, (90, 380), 88, 190)
    return picture


def _pairs(
    pen: ImageDraw.ImageDraw, operator: Operator, corner: tuple[int, int], step: int, indent: int
) -> None:
    rows = (
        ("名　　称", operator.name),
        ("类　　型", operator.type),
        ("法定代表人" if operator.no.startswith("91") else "经 营 者", operator.person),
        ("注册资本", operator.capital),
        ("成立日期", operator.since),
        ("住　　所", operator.address),
    )
    for at, (label, value) in enumerate(rows):
        top = corner[1] + step * at
        pen.text((corner[0], top), label, font=font(28), fill=_GREY)
        pen.text((corner[0] + indent, top), value, font=font(30), fill=_INK)


def _certificate(title: str, operator: Operator) -> Image.Image:
    picture = Image.new("RGB", (900, 640), "#fff6e0")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((18, 18, 882, 622), outline="#a40000", width=10)
    pen.text((450, 120), title, font=font(60), fill="#a40000", anchor="mm")
    pen.text((100, 250), f"兹授予　{operator.name}", font=font(32), fill=_INK)
    pen.text((100, 330), "证书编号　2024-0817", font=font(28), fill=_INK)
    pen.text((560, 500), "二〇二四年八月", font=font(28), fill=_INK)
    return picture


def _photograph(chance: Random) -> Image.Image:
    field = Image.frombytes("RGB", (24, 18), bytes(chance.randrange(40, 230) for _ in range(24 * 18 * 3)))
    return field.resize((960, 720), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(4))


def _watermarked(picture: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for top in range(90, picture.height, 330):
        pen.text((140, top), "仅用于网店亮照　再次复制无效", font=font(46), fill=(150, 120, 120, 60))
    return Image.alpha_composite(picture.convert("RGBA"), layer.rotate(12)).convert("RGB")


def _on_a_table(picture: Image.Image, chance: Random) -> Image.Image:
    table = _photograph(chance).resize((picture.width + 200, picture.height + 180))
    table.paste(picture, (100, 90))
    turned = table.rotate(chance.uniform(-3.0, 3.0), Image.Resampling.BICUBIC, fillcolor="#8b7a63")
    return turned.filter(ImageFilter.GaussianBlur(0.6))
