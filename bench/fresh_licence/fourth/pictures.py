"""Licences as pictures of the fourth set: those of the third, and one layout more."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

from bench.fresh_licence.cases import Operator
from bench.fresh_licence.drawing import font, jpeg, qr
from bench.fresh_licence.third.pictures import draw

_INK = "#26221d"


def picture_of(look: str, operator: Operator, chance: Random) -> bytes:
    """A picture as JPEG: ``ledger`` (with ``qr`` or ``watermark``), or any look of the third set."""
    kind, *marks = look.split("+")
    if kind != "ledger":
        return draw(look, operator, chance)
    picture = _ledger(operator)
    if "qr" in marks:
        picture.paste(qr(f"https://www.gsxt.gov.cn/scan?code={operator.no}", 4), (960, 470))
    if "watermark" in marks:
        pen = ImageDraw.Draw(picture, "RGBA")
        for left in (120, 620):
            pen.text((left, 640), "仅供网店公示使用", font=font(44), fill=(90, 90, 160, 50))
    return jpeg(picture, 80)


def _ledger(operator: Operator) -> Image.Image:
    # A ruled form as the counter of an office prints it: labels in boxes at the left, a red seal below.
    picture = Image.new("RGB", (1240, 880), "#fdfdf8")
    pen = ImageDraw.Draw(picture)
    pen.text((620, 70), "营业执照", font=font(64), fill="#8f1f1f", anchor="mm")
    rows = (
        ("统一社会信用代码", operator.no),
        ("名称", operator.name),
        ("经营者" if operator.no.startswith("92") else "法定代表人", operator.person),
        ("类型", operator.type),
        ("成立日期", operator.since),
        ("登记机关", operator.authority),
    )
    for at, (label, value) in enumerate(rows):
        top = 130 + 84 * at
        pen.rectangle((60, top, 1180 if at < 3 else 900, top + 84), outline="#b9ae98", width=2)
        pen.line((360, top, 360, top + 84), fill="#b9ae98", width=2)
        pen.text((80, top + 42), label, font=font(30), fill="#6d6455", anchor="lm")
        pen.text((384, top + 42), value, font=font(34), fill=_INK, anchor="lm")
    pen.ellipse((940, 690, 1110, 860), outline="#cf3030", width=6)
    pen.text((1025, 775), "登记专用", font=font(28), fill="#cf3030", anchor="mm")
    return picture
