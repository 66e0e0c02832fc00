"""New words 新词发现: what stands beside strong findings and in no pack. A person accepts; nothing learns."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detectors.folding import fold
from rules.term_rules import OrdinaryWords

_SHORTEST, _LONGEST = 2, 5
_RUNS = re.compile(r"\w{2,400}")
# Distinct pieces counted in one text; a page that makes up words cannot fill the memory.
_MOST_PIECES = 2_000
_MOST_KEPT = 500_000
# 95 % quantile of chi-squared with one degree of freedom.
_LEAST_SCORE = 3.84


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of characters that is more frequent in flagged texts than elsewhere."""

    text: str
    flagged: int
    """Flagged texts that hold it."""
    clean: int
    """Other texts that hold it."""
    score: float
    """Log-likelihood ratio G² of the two frequencies."""


def candidates(
    texts: Iterable[tuple[str, bool]],
    *,
    known: Iterable[str],
    ordinary: OrdinaryWords,
    least: int = 3,
    most: int = 50,
) -> list[Candidate]:
    """Unknown pieces of texts, those most typical of flagged texts first.

    Args:
        texts: each with whether it has a strong finding.
        known: terms of the packs; a piece inside one, or holding one, is not new.
        ordinary: words that are not new either.
        least: flagged texts that must hold a piece.
        most: pieces given.

    Source:
        Dunning (1993), Computational Linguistics 19(1), pp. 61-74: the log-likelihood ratio.
    """
    flagged: Counter[str] = Counter()
    clean: Counter[str] = Counter()
    totals = [0, 0]
    for text, is_flagged in texts:
        totals[is_flagged] += 1
        counts = flagged if is_flagged else clean
        counts.update(_pieces(text, ordinary))
        if len(counts) > _MOST_KEPT:
            _forget_rare(counts)
    terms = {fold(term) for term in known}
    inside = {term[at : at + n] for term in terms for n in range(2, 6) for at in range(len(term) - n + 1)}
    found = [
        Candidate(piece, count, clean[piece], _g2(count, totals[1], clean[piece], totals[0]))
        for piece, count in flagged.items()
        if count >= least and piece not in inside and not any(piece[:n] in terms for n in range(2, 6))
    ]
    found = [
        candidate
        for candidate in found
        if candidate.score >= _LEAST_SCORE and candidate.flagged * totals[0] > candidate.clean * totals[1]
    ]
    found.sort(key=lambda candidate: (-candidate.score, -len(candidate.text), candidate.text))
    return list(_longest_only(found, most))


def _pieces(text: str, ordinary: OrdinaryWords) -> set[str]:
    """Runs of characters that stand in one word-like run and are no ordinary word."""
    pieces: set[str] = set()
    for run in map(fold, _RUNS.findall(text)):
        for length in range(_SHORTEST, _LONGEST + 1):
            stretches = (run[at : at + length] for at in range(len(run) - length + 1))
            pieces.update(piece for piece in stretches if _may_be_new(piece, ordinary))
        if len(pieces) > _MOST_PIECES:
            break
    return pieces


def _may_be_new(piece: str, ordinary: OrdinaryWords) -> bool:
    return not piece.isdigit() and piece not in ordinary.words and ordinary.alone.isdisjoint(piece)


def _forget_rare(counts: Counter[str]) -> None:
    for piece in [piece for piece, count in counts.items() if count == 1]:
        del counts[piece]


def _g2(a: int, of_a: int, b: int, of_b: int) -> float:
    expected = (a + b) / max(1, of_a + of_b)
    parts = ((a, of_a * expected), (b, of_b * expected))
    return 2 * sum(seen * math.log(seen / due) for seen, due in parts if seen and due)


def _longest_only(found: Iterable[Candidate], most: int) -> Iterator[Candidate]:
    """Leaves out pieces of a longer piece that is as frequent."""
    kept: list[Candidate] = []
    for candidate in found:
        inside = any(candidate.text in other.text and candidate.flagged <= other.flagged for other in kept)
        if not inside and len(kept) < most:
            kept.append(candidate)
            yield candidate
