"""What belongs together on a page 版块: the lines that a reader takes a number with."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from detectors.licensing.folded import Folded
from domain.page_text import View

NEAR = 600
"""Characters of a block within which a label still speaks for a number."""


@dataclass(frozen=True)
class Blocks:
    """Blocks of one view, by folded offsets."""

    view: View
    folded: Folded
    _extents: dict[int, tuple[int, int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # First and last line of every block.
        found: dict[int, tuple[int, int]] = {}
        for index, line in enumerate(self.view.lines):
            for block in line.blocks:
                first, _ = found.get(block, (index, index))
                found[block] = (first, index)
        object.__setattr__(self, "_extents", found)

    def around(self, start: int) -> tuple[int, int]:
        """The widest block around ``start`` that is still short enough to belong together."""
        view = self.view
        line = view.line_at(self.folded.back(start))
        if line < 0:
            return 0, len(self.folded.text)
        best = self._stretch(line, line)
        # From the inside outwards: body and html are not blocks of anything.
        taken = 0
        lines = (line, line)
        for block in reversed(view.lines[line].blocks[2:]):
            low, high = self._stretch(*self._extents[block])
            if high - low > NEAR:
                break
            best = (min(low, best[0]), max(high, best[1]))
            lines = self._extents[block]
            taken += 1
        if taken <= 1 or lines[0] == lines[1]:
            # A paragraph by itself in a wide block: its neighbours are what a reader takes it with.
            return self.beside(start)
        return best

    def beside(self, start: int) -> tuple[int, int]:
        """The lines beside ``start``, four each way, two hundred characters at most."""
        view = self.view
        line = max(0, view.line_at(self.folded.back(start)))
        low, high = self._stretch(line, line)
        first = last = line
        while first > 0 and line - first < 4 and low - self._start(first - 1) < 200:
            first -= 1
        while last + 1 < len(view.lines) and last - line < 4 and self._end(last + 1) - high < 200:
            last += 1
        return self._stretch(first, last)

    def _stretch(self, first: int, last: int) -> tuple[int, int]:
        return self._start(first), self._end(last)

    def _start(self, line: int) -> int:
        return self._forward(self.view.starts[line])

    def _end(self, line: int) -> int:
        starts = self.view.starts
        return self._forward(starts[line + 1] - 1 if line + 1 < len(starts) else len(self.view.text))

    def _forward(self, at: int) -> int:
        """The folded offset of an offset in the original."""
        origins = self.folded.origins
        return at if origins is None else bisect_left(origins, at)
