"""Long arrays that grow without being copied 分段数组: each night adds a piece, small ones are merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)

_RATIO = 8


@dataclass(frozen=True, slots=True)
class Pieces(Generic[Number]):
    """Arrays that lie end to end, places counted over all of them; there is always one."""

    parts: tuple[NDArray[Number], ...]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @property
    def whole(self) -> NDArray[Number]:
        """One array of all."""
        return self.parts[0] if len(self.parts) == 1 else np.concatenate(self.parts)

    def take(self, places: NDArray[np.int64]) -> NDArray[Number]:
        """What stands at ``places``, in their order.

        >>> Pieces((np.array([5, 6]), np.array([7]))).take(np.array([2, 0])).tolist()
        [7, 5]
        """
        if len(self.parts) == 1:
            return self.parts[0][places]
        found = np.empty(len(places), dtype=self.parts[0].dtype)
        begin = 0
        for part in self.parts:
            inside = (places >= begin) & (places < begin + len(part))
            found[inside] = part[places[inside] - begin]
            begin += len(part)
        return found

    def between(self, first: int, last: int) -> NDArray[Number]:
        """What stands from ``first`` up to ``last``.

        >>> Pieces((np.array([5, 6]), np.array([7, 8]))).between(1, 3).tolist()
        [6, 7]
        """
        found, begin = [], 0
        for part in self.parts:
            found.append(part[max(first - begin, 0) : max(last - begin, 0)])
            begin += len(part)
        return found[0] if len(found) == 1 else np.concatenate(found)

    def followed_by(self, later: Pieces[Number]) -> Pieces[Number]:
        """Both; a piece that has grown to an eighth of its elder is merged into it."""
        parts = [*self.parts, *later.parts]
        while len(parts) > 1 and len(parts[-1]) * _RATIO > len(parts[-2]):
            young, old = parts.pop(), parts.pop()
            parts.append(np.concatenate((old, young)))
        return Pieces(tuple(parts))
