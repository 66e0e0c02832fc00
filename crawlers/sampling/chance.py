"""Permanent random numbers 永久随机数: one uniform number per unit, from the seed and the unit's identity.

A design is a function of these numbers alone, so a plan can be drawn again exactly, in any order of the
frame, in any language, after any update of a library; and a unit keeps its number when others leave the
frame. Ohlsson (1995), "Coordination of samples using permanent random numbers", in Cox et al., Business
Survey Methods, ch. 9.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


STARTS = 10
"""Random starts of a systematic sample; with one alone its luck depends on the period of the list."""


@dataclass(frozen=True, slots=True)
class Chance:
    """All the chance that goes into one draw; every number uniform on [0, 1)."""

    units: Floats
    shops: Floats
    starts: Floats
    """Random starts 随机起点 of systematic draws, ``STARTS`` of them."""


def number(seed: int, *names: str) -> float:
    """The uniform number of what is named so, on [0, 1) with 53 bits.

    >>> number(1, "unit", "a") == number(1, "unit", "a") != number(2, "unit", "a")
    True
    """
    digest = blake2b("\x1e".join((str(seed), *names)).encode("utf-8", "surrogatepass"), digest_size=8)
    return (int.from_bytes(digest.digest(), "big") >> 11) / 2**53


def numbers(seed: int, role: str, names: Iterable[str]) -> Floats:
    """Numbers of many; ``role`` keeps a unit's number apart from that of a shop with the same name."""
    return np.array([number(seed, role, name) for name in names], dtype=np.float64)
