"""What a register holds 登记数据范围: by region 行政区划 and kind of operator, read off the number itself.

A register of one province says nothing about the shops of another: "not in the register" is judged only
within what it covers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KINDS: Mapping[str, tuple[str, ...]] = {
    "企业": ("91", "company", "companies"),
    "个体": ("92", "individual", "个体工商户"),
    "合作社": ("93", "cooperative", "农民专业合作社"),
}
"""Kinds of operators: the first two characters of their codes, and other words that people write for them."""
_KIND_OF = {values[0]: kind for kind, values in KINDS.items()}
OTHER = "其他"
LEAST_SHARE = 1_000
"""One row in so many has to be of a region or kind for a register to cover it, where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What one import holds whole."""

    regions: tuple[str, ...] = ()
    """Leading digits of 行政区划 codes, two to six; empty: every region."""
    kinds: tuple[str, ...] = ()
    """Words of ``KINDS``; empty: every kind."""
    stated: bool = True
    """A person said so; else it was taken from the rows."""

    def holds(self, number: str) -> bool:
        """Whether the operator with this number would stand in the register."""
        region, kind = _parts(number)
        near = not self.regions or region.startswith(self.regions)
        # The old 15-digit numbers do not say the kind.
        return near and (not self.kinds or not kind or kind in self.kinds)

    def __str__(self) -> str:
        told = "、".join((*(f"区划{each}" for each in self.regions), *self.kinds)) or "全国、各类主体"
        return told if self.stated else f"{told}（按数据推定）"


WHOLE = Cover()


def is_covered(covers: Iterable[Cover], number: str) -> bool:
    """Whether any of the imports that make up a register would hold this number."""
    return any(cover.holds(number) for cover in covers)


def parse_cover(text: str) -> Cover:
    """The cover that a person writes: ``33,3301``, ``44,个体``; ``all`` for everything.

    Raises:
        ValueError: a part is neither a region nor a kind.

    >>> parse_cover("33, 4403，个体")
    Cover(regions=('33', '4403'), kinds=('个体',), stated=True)
    """
    regions, kinds = [], []
    for part in re.split(r"[,，、;；\s]+", text.strip()):
        kind = next((kind for kind, words in KINDS.items() if part.lower() in {kind, *words[1:]}), "")
        if re.fullmatch(r"[1-8]\d(?:\d\d){0,2}", part):
            regions.append(part)
        elif kind:
            kinds.append(kind)
        elif part.lower() not in {"all", "全国"}:
            raise ValueError(
                f"{part!r} is no region (2, 4 or 6 行政区划 digits) and no kind ({'、'.join(KINDS)})"
            )
    return Cover(regions=tuple(dict.fromkeys(regions)), kinds=tuple(dict.fromkeys(kinds)))


class CoverCount:
    """Counts what an import brings, so that it can be told what it covers where nobody said."""

    def __init__(self) -> None:
        self._regions: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()

    def add(self, number: str) -> None:
        """One more operator."""
        region, kind = _parts(number)
        self._regions[region[:2]] += 1
        self._kinds[kind] += bool(kind)

    def cover(self) -> Cover:
        """Provinces and kinds of which there is more than a stray row."""
        return Cover(regions=_common(self._regions), kinds=_common(self._kinds), stated=False)


def _common(counted: Counter[str]) -> tuple[str, ...]:
    total = counted.total()
    return tuple(sorted(each for each, times in counted.items() if each and times * LEAST_SHARE >= total))


def _parts(number: str) -> tuple[str, str]:
    if len(number) == 18:
        return number[2:8], _KIND_OF.get(number[:2], OTHER)
    return number[:6], ""
