"""Chance from a seed and a name 随机流, so that one subject's draws never shift another's."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *names: object) -> Random:
    """A generator of its own for one purpose, the same in every process."""
    return Random(number(seed, *names))  # noqa: S311 - a world to repeat, nothing to keep secret


def number(seed: int, *names: object) -> int:
    """A 64-bit number for one purpose."""
    return int.from_bytes(blake2b(f"{seed}/{names!r}".encode(), digest_size=8).digest())


def share(seed: int, *names: object) -> float:
    """A number in [0, 1) for one purpose."""
    return number(seed, *names) / 2**64


def shuffled(seed: int, name: str, ids: Iterable[str]) -> list[str]:
    """The ids in an order that the seed fixes, whatever order they came in."""
    return sorted(ids, key=lambda each: (number(seed, name, each), each))


def few(rng: Random, choices: Sequence[T], low: int, high: int) -> list[T]:
    """Between ``low`` and ``high`` different choices, fewer where there are not that many."""
    return rng.sample(choices, min(rng.randint(low, high), len(choices)))


def apportioned(total: int, shares: Iterable[float]) -> list[int]:
    """Whole counts that follow the shares of ``total`` and lose nothing by rounding along the way.

    >>> apportioned(10, [0.25, 0.25, 0.5])
    [2, 3, 5]
    """
    counts, reached, given = [], 0.0, 0
    for part in shares:
        reached += total * part
        counts.append(int(reached + 1e-9) - given)
        given += counts[-1]
    return counts
