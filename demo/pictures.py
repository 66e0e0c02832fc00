"""Pictures that the sites show, drawn when asked for: goods, and licences 营业执照 as their paper looks."""

import subprocess
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from demo.chance import stream
from demo.world import Shop

_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/System/Library/Fonts/PingFang.ttc"),
)
_PAPER, _INK, _RED = "#fbf6e9", "#222222", "#b5402f"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def licence_picture(shop: Shop) -> bytes:
    """The shop's licence as a PNG of 1000 by 720 pixels."""
    operator = shop.operator
    is_company = operator.form != "个体工商户"
    rows = [
        ("名　　称", operator.name),
        ("类　　型", operator.form),
        ("法定代表人" if is_company else "经营者", operator.person),
        *([("注册资本", operator.capital)] if operator.capital else []),
        ("成立日期", f"{operator.since:%Y年%m月%d日}"),
        ("住　　所" if is_company else "经营场所", operator.address),
        *((name, number) for name, number in shop.permits),
    ]
    picture = Image.new("RGB", (1000, 720), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 20, 980, 700), outline=_RED, width=6)
    draw.rectangle((34, 34, 966, 686), outline=_RED, width=2)
    draw.ellipse((450, 50, 550, 150), outline=_RED, width=8)
    draw.text((500, 195), "营 业 执 照", font=_font(52), fill=_INK, anchor="mm")
    draw.text((70, 250), f"统一社会信用代码　{operator.code}", font=_font(24), fill=_INK)
    for place, (name, value) in enumerate(rows):
        draw.text((70, 310 + 42 * place), name, font=_font(22), fill=_RED)
        # A long name, such as a permit's, pushes its number aside.
        draw.text((max(300, 90 + 22 * len(name)), 310 + 42 * place), value, font=_font(22), fill=_INK)
    draw.text(
        (930, 640), f"登记机关　{shop.place.city}市市场监督管理局", font=_font(22), fill=_INK, anchor="rs"
    )
    return _png(picture)


def goods_picture(listing_id: str, noun: str, side: int = 360) -> bytes:
    """A square picture of some goods: coloured boxes with their name, and grain that does not pack."""
    rng = stream(0, "picture", listing_id)
    grain = Image.frombytes("RGB", (side // 3, side // 3), rng.randbytes(side // 3 * (side // 3) * 3))
    plain = Image.new("RGB", (side, side), _colour(rng.random()))
    picture = Image.blend(grain.resize((side, side)), plain, 0.8)
    draw = ImageDraw.Draw(picture)
    for _ in range(5):
        left, top, size = rng.randint(0, side // 2), rng.randint(0, side // 2), rng.randint(40, side // 2)
        draw.rectangle((left, top, left + size, top + size), fill=_colour(rng.random()))
    draw.text((side // 2, side - 40), noun, font=_font(28), fill="#ffffff", anchor="mm")
    return _png(picture)


def _colour(at: float) -> tuple[int, int, int]:
    return int(90 + 140 * at), int(210 - 120 * at), int(120 + 70 * ((at * 7) % 1))


def _png(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@lru_cache(maxsize=8)
def _font(size: int) -> Font:
    """A font with Chinese characters; on a machine without one the picture shows boxes."""
    for path in (*_FONTS, *_asked()):
        if path.is_file():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)


def _asked() -> list[Path]:
    command = ["fc-match", "-f", "%{file}", ":lang=zh"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    except (OSError, subprocess.CalledProcessError):
        return []
    return [Path(found.stdout)]
