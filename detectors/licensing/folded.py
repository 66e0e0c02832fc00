"""A text as numbers and labels are looked for in it 归一, with the way back to what stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from detectors.folding import Known
from domain.register import evened
from rules.characters import VARIANTS


def _is_plain(character: str) -> bool:
    # GB 2312 holds the characters of everyday simplified writing: 予 is one, not only 豫 as in Japan.
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


_PAIRS = zip(VARIANTS[::2], VARIANTS[1::2], strict=True)
SIMPLIFIED = str.maketrans({variant: plain for variant, plain in _PAIRS if not _is_plain(variant)})
"""Traditional and other variant characters to plain ones, one for one, for ``str.translate``."""


def _folded(character: str) -> str:
    """How one character counts when numbers and labels are looked for."""
    if character == "\u3000":
        return "  "
    if character in "\xa0\u2002\u2003\u2009\u202f":
        return " "
    return re.sub("[‐‑‒–—−]", "-", evened(character).upper())


_FOLDS = Known(_folded)


@dataclass(frozen=True)
class Folded:
    """A text as numbers are looked for in it, with the way back."""

    original: str
    text: str = field(init=False)
    origins: tuple[int, ...] | None = field(init=False)

    def __post_init__(self) -> None:
        text = "".join(map(_FOLDS.__getitem__, self.original))
        same = all(len(_FOLDS[character]) == 1 for character in set(self.original))
        origins = (
            None
            if same
            else tuple(
                at for at, character in enumerate(self.original) for _ in range(len(_FOLDS[character]))
            )
        )
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "origins", origins)

    def back(self, at: int) -> int:
        """Offset in the original of a folded offset."""
        if self.origins is None:
            return at
        return self.origins[at] if at < len(self.origins) else len(self.original)

    def line_end(self, at: int) -> int:
        """Folded offset at which the line of ``at`` ends."""
        end = self.text.find("\n", at)
        return end if end >= 0 else len(self.text)

    def quote(self, start: int, end: int) -> str:
        """What stands in the original at a folded stretch."""
        return self.original[self.back(start) : self.back(end - 1) + 1] if end > start else ""


def label_of(text: str) -> str:
    """A label as words are looked for in it: folded, without its spaces.

    >>> label_of("营 业 执 照 （正本）")
    '营业执照(正本)'
    """
    return Folded(text).text.replace(" ", "")


def any_of(words: Iterable[str], gap: str = r"[ \t]{0,6}") -> str:
    """A pattern of any of the words, the longest first, with ``gap`` between their characters."""
    folded = map(label_of, sorted(words, key=len, reverse=True))
    return "|".join(gap.join(map(re.escape, word)) for word in folded)
