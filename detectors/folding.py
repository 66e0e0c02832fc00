"""Text folding 归一化 with the way back: variant spellings become one, and offsets survive.

Folded per character: compatibility forms (NFKC: full width, circled), case, traditional, Japanese and
look-alike characters (tables of ``rules.characters``, made at build time); dropped: zero-width characters,
combining marks, white space, punctuation and symbols. Every step works on one character at a time, so folding
is linear and the offset of each folded character is exact.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from typing import TypeVar

from rules.characters import VARIANTS

Value = TypeVar("Value")
_PLAIN = dict(zip(VARIANTS[::2], VARIANTS[1::2], strict=True))
_DROPPED = frozenset({"M", "P", "S", "Z", "C"})
_MOST_KNOWN = 20_000


def fold_character(character: str) -> str:
    """What one character counts as: its plain spelling, or "" for one that only separates or decorates.

    >>> [fold_character(c) for c in "Ａ②槍*\u200b"]
    ['a', '2', '枪', '', '']
    """
    plain = unicodedata.normalize("NFKC", _PLAIN.get(character, character)).casefold()
    return "".join(_PLAIN.get(c, c) for c in plain if unicodedata.category(c)[0] not in _DROPPED)


class Known(dict[str, Value]):
    """What ``make`` says of each piece of text, kept; bounded, since hostile pages make up words without end.

    >>> known = Known(str.upper)
    >>> known["a"], dict(known)
    ('A', {'a': 'A'})
    """

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, piece: str) -> Value:
        made = self._make(piece)
        if len(self) < _MOST_KNOWN:
            self[piece] = made
        return made


_FOLDS = Known(fold_character)


@dataclass(frozen=True)
class Folded:
    """A text, its folded form, and where each folded character came from."""

    original: str
    text: str = field(init=False)
    _pieces: list[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pieces = list(map(_FOLDS.__getitem__, self.original))
        object.__setattr__(self, "_pieces", pieces)
        object.__setattr__(self, "text", "".join(pieces))

    @cached_property
    def origins(self) -> list[int]:
        """For each folded character, the offset of the original one; made only where something was found."""
        pieces = self._pieces
        if len(self.text) + pieces.count("") == len(pieces):
            return list(compress(range(len(pieces)), pieces))
        return [at for at, piece in enumerate(pieces) for _ in piece]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Original offsets of the folded stretch ``[start, end)``, which is not empty."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> str:
    """The folded spelling alone.

    >>> fold("象 *牙")
    '象牙'
    """
    return "".join(map(_FOLDS.__getitem__, text))


def fold_all(words: Iterable[str]) -> tuple[str, ...]:
    """Folded spellings of ``words``."""
    return tuple(fold(word) for word in words)
