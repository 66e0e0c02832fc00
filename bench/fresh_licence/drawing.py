"""What pictures of licences are drawn with: fonts of the machine, QR codes, JPEG."""

from __future__ import annotations

import io
import subprocess
from functools import cache

import segno
from PIL import Image, ImageFont


def jpeg(picture: Image.Image, quality: int) -> bytes:
    """The picture as a JPEG file."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def qr(content: str, scale: int, error: str = "m") -> Image.Image:
    """A QR code; ``scale`` in pixels a module, ``error`` its level of correction."""
    drawn = io.BytesIO()
    segno.make(content, error=error).save(drawn, kind="png", scale=scale)
    return Image.open(drawn).convert("RGB")


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The first face of the machine's Chinese font, ``size`` in pixels."""
    return ImageFont.truetype(_font_file("sans:lang=zh-cn")[0], size)


@cache
def font_of(family: str, size: int) -> ImageFont.FreeTypeFont:
    """The face of a family, ``size`` in pixels."""
    file, index = _font_file(family)
    return ImageFont.truetype(file, size, index=index)


@cache
def _font_file(family: str) -> tuple[str, int]:
    # fontconfig knows where the machine keeps its Chinese fonts.
    found = subprocess.run(  # noqa: S603 - the family is one of ours
        ["fc-match", "-f", "%{file}|%{index}", family],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    file, _, index = found.stdout.partition("|")
    return file, int(index or 0)
