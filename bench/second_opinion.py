"""Would a second opinion 二次研判 pay? ``python -m bench.second_opinion [GOLD]``.

A linear scorer over character pairs and triples (naive Bayes) learns from the labelled listings what
violating wording looks like, and is asked about the made-up listings of ``bench/data``. Printed for several
thresholds: violating listings that the rules miss and it raises (what it adds), innocent ones that the rules
leave alone and it raises (what it costs), and the pieces that weigh most. A measurement, not part of the
product: see docs/measurements.md for why.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.fresh_text import BLIND, FRESH, cases, found_by
from detectors.folding import fold
from detectors.wording import WordingDetector
from netsword.evaluate_listings import a_listing, read_cases
from rules.loader import load_catalogue, load_packs

# Shares of innocent training listings that the thresholds let through.
QUANTILES = (0.99, 0.97, 0.95, 0.90)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Weights of pieces: positive where violating listings use a piece more."""

    weights: dict[str, float]

    @classmethod
    def learn(cls, texts: Iterable[tuple[str, bool]]) -> Scorer:
        """Weights from texts and whether each violates; add-one smoothing."""
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for text, is_violating in texts:
            counts[is_violating].update(pieces(text))
        size = len({*counts[0], *counts[1]})
        totals = [sum(count.values()) + size for count in counts]
        weight = {
            piece: math.log((counts[1][piece] + 1) / totals[1]) - math.log((counts[0][piece] + 1) / totals[0])
            for piece in {*counts[0], *counts[1]}
        }
        return cls(weight)

    def score(self, text: str) -> float:
        """Mean weight of the known pieces of a text; 0 when it has none."""
        known = [self.weights[piece] for piece in pieces(text) if piece in self.weights]
        return sum(known) / len(known) if known else 0.0


def pieces(text: str) -> set[str]:
    """Pairs and triples of a folded text."""
    folded = fold(text)
    return {folded[at : at + length] for length in (2, 3) for at in range(len(folded) - length + 1)}


def main() -> None:
    """Prints what the scorer adds and costs beside the rules, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("gold", nargs="?", type=Path, default=Path("../shared/data/listings_gold/dev.jsonl"))
    learnt = read_cases(parser.parse_args().gold)
    listings = [(a_listing(case), bool(case["labels"])) for case in learnt]
    texts = [(f"{listing.title} {listing.description}", is_violating) for listing, is_violating in listings]
    scorer = Scorer.learn(texts)
    catalogue = load_catalogue()
    detector = WordingDetector(load_packs(catalogue), catalogue)
    asked = [(case, found_by(detector, case.listing)) for path in (FRESH, BLIND) for case in cases(path)]
    silent = [(scorer.score(case.text), case.is_violating) for case, found in asked if not found]
    answers = {
        "listings": len(asked),
        "violating that the rules miss": sum(is_violating for _, is_violating in silent),
        "innocent that the rules leave alone": sum(not is_violating for _, is_violating in silent),
        "thresholds": [_at(limit, share, silent) for share, limit in _limits(scorer, texts)],
        "heaviest pieces": [p for p, _ in Counter(scorer.weights).most_common(20)],
    }
    print(json.dumps(answers, ensure_ascii=False, indent=1))


def _limits(scorer: Scorer, texts: Sequence[tuple[str, bool]]) -> Iterable[tuple[float, float]]:
    innocent = sorted(scorer.score(text) for text, is_violating in texts if not is_violating)
    return [(share, innocent[int(share * (len(innocent) - 1))]) for share in QUANTILES]


def _at(limit: float, share: float, silent: Sequence[tuple[float, bool]]) -> dict[str, float]:
    raised = [is_violating for score, is_violating in silent if score > limit]
    return {
        "innocent training texts under it": share,
        "adds": sum(raised),
        "costs": len(raised) - sum(raised),
        "of those raised, right": round(sum(raised) / max(1, len(raised)), 2),
    }


if __name__ == "__main__":
    main()
