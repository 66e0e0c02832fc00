"""Sentence patterns 句式: alternatives, slots and number ranges in one line of text.

``{好吃|香脆}`` draws one alternative, ``{noun}`` is a slot (lower-case letters only), ``{2-7}`` draws a whole
number. Alternatives may hold slots and alternatives.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from random import Random

Slots = Mapping[str, str | Sequence[str]]
Piece = Callable[[Random, Slots], str]

_RANGE = re.compile(r"(\d+)-(\d+)")
_SLOT = re.compile(r"[a-z_]+")


def fill(pattern: str, rng: Random, slots: Slots) -> str:
    """One sentence of the pattern.

    Raises:
        KeyError: the pattern names a slot that is not given.

    >>> fill("买了{2-2}{袋|袋}{noun}", Random(1), {"noun": "红枣"})
    '买了2袋红枣'
    """
    return _compiled(pattern)(rng, slots)


@lru_cache(maxsize=20_000)
def _compiled(pattern: str) -> Piece:
    pieces = tuple(_piece(part) for part in _parts(pattern))
    if len(pieces) == 1:
        return pieces[0]
    return lambda rng, slots: "".join([piece(rng, slots) for piece in pieces])


def _piece(part: str) -> Piece:
    if not part.startswith("{"):
        return lambda _rng, _slots: part
    inside = part[1:-1]
    options = tuple(_compiled(option) for option in _split(inside))
    if len(options) > 1:
        return lambda rng, slots: options[int(rng.random() * len(options))](rng, slots)
    if found := _RANGE.fullmatch(inside):
        low, width = int(found[1]), int(found[2]) - int(found[1]) + 1
        return lambda rng, _slots: str(low + int(rng.random() * width))
    if _SLOT.fullmatch(inside):
        return lambda rng, slots: _slot(slots[inside], rng)
    return options[0]


def _slot(value: str | Sequence[str], rng: Random) -> str:
    return value if isinstance(value, str) else value[int(rng.random() * len(value))]


def _parts(pattern: str) -> list[str]:
    """The pattern cut at its outermost braces; braces stay on their part."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(pattern):
        if char == "{":
            if depth == 0 and place > start:
                parts.append(pattern[start:place])
                start = place
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                parts.append(pattern[start : place + 1])
                start = place + 1
    if depth:
        raise ValueError(f"braces do not match in {pattern!r}")
    return [*parts, pattern[start:]] if start < len(pattern) or not parts else parts


def _split(inside: str) -> list[str]:
    """The alternatives between outermost bars."""
    options, depth, start = [], 0, 0
    for place, char in enumerate(inside):
        depth += (char == "{") - (char == "}")
        if char == "|" and depth == 0:
            options.append(inside[start:place])
            start = place + 1
    return [*options, inside[start:]]
