"""What could be read in a picture 图片识别: values that a detector judges, whoever read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PictureState(StrEnum):
    """Whether a picture could be looked at."""

    READ = "read"
    BROKEN = "broken"
    """The bytes are no picture, or are cut short: a visitor sees nothing either."""
    TOO_LARGE = "too_large"
    NOT_READ = "not_read"
    """No reader is installed, or the format is not looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLine:
    """One line of writing in a picture, with its box in pixels of the upright picture."""

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReading:
    """QR contents and lines of one picture; ``digest`` is the SHA-256 of its bytes."""

    digest: str
    state: PictureState
    width: int = 0
    height: int = 0
    codes: tuple[str, ...] = ()
    """Contents of QR codes."""
    lines: tuple[PictureLine, ...] = ()
    reason: str = ""
