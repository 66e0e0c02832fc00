"""Text rules on listings that nobody wrote a rule for: ``python -m bench.fresh_text [--blind] [--show G]``.

``bench/data/fresh_listings.yaml`` holds, for each of the 28 codes of the labelled set, 20 listings that break
the rule and 20 that only look so. Lines at odd places were looked at when rules were improved, those at even
places were not; the two halves are printed apart. The hand that wrote them wrote the packs too, so after
tuning both flatter; ``--blind`` takes ``blind_listings.yaml``, 8 and 8 for each code, written afterwards.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from detectors.wording import WordingDetector
from domain.subjects import Listing
from rules.loader import load_catalogue, load_packs

HERE = Path(__file__).parent
DAY = datetime(2026, 11, 21, tzinfo=UTC)
FRESH = HERE / "data" / "fresh_listings.yaml"
BLIND = HERE / "data" / "blind_listings.yaml"
HALVES = ("seen", "unseen")


@dataclass(frozen=True, slots=True)
class Case:
    """One made-up listing: its group, whether it breaks the group's rule, and whether rule writers saw it."""

    group: str
    codes: frozenset[str]
    text: str
    is_violating: bool
    half: str

    @property
    def listing(self) -> Listing:
        """The text as a title."""
        return Listing(platform="bench", item_id=self.text, url="", title=self.text)


def cases(path: Path) -> Iterator[Case]:
    """The made-up listings, in the order of the file."""
    for group, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for name in ("flagged", "clean"):
            for at, line in enumerate(entry[name].splitlines()):
                yield Case(group, frozenset(entry["codes"]), line.strip(), name == "flagged", HALVES[at % 2])


def main() -> None:
    """Prints recall, false alarms and precision by half, recall by code; with ``--show`` what was missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument(
        "--show", default="", help="seen lines of this group that are judged wrongly; all: of every"
    )
    parser.add_argument("--blind", action="store_true", help="the lines that were written after tuning")
    arguments = parser.parse_args()
    catalogue = load_catalogue()
    detector = WordingDetector(load_packs(catalogue), catalogue)
    judged = [(case, found_by(detector, case.listing)) for case in cases(BLIND if arguments.blind else FRESH)]
    if arguments.show:
        for line in wrong(judged, arguments.show):
            print(line)
        return
    print(json.dumps(figures(judged), ensure_ascii=False, indent=1))


def found_by(detector: WordingDetector, listing: Listing) -> dict[str, str]:
    """Code to quotes of the findings on a listing."""
    findings = detector.inspect(listing, snapshot="bench", observed_at=DAY)
    return {finding.rule: "+".join(span.quote for span in finding.spans) for finding in findings}


def figures(judged: Iterable[tuple[Case, dict[str, str]]]) -> dict[str, object]:
    """Shares by half: violating lines found under their code, innocent lines with any finding."""
    every = list(judged)
    return {half: _shares([pair for pair in every if pair[0].half == half]) for half in HALVES} | {
        "recall by group, seen / unseen": {
            group: " / ".join(f"{_recall(every, group, half):.2f}" for half in HALVES)
            for group in dict.fromkeys(case.group for case, _ in every)
        }
    }


def _shares(judged: list[tuple[Case, dict[str, str]]]) -> dict[str, float]:
    violating = [(case, found) for case, found in judged if case.is_violating]
    innocent = [found for case, found in judged if not case.is_violating]
    hits = sum(not case.codes.isdisjoint(found) for case, found in violating)
    alarms = sum(bool(found) for found in innocent)
    return {
        "recall": round(hits / len(violating), 3),
        "false alarms": round(alarms / len(innocent), 3),
        "violating": len(violating),
        "innocent": len(innocent),
    }


def _recall(judged: list[tuple[Case, dict[str, str]]], group: str, half: str) -> float:
    own = [(c, found) for c, found in judged if c.group == group and c.half == half and c.is_violating]
    return sum(not case.codes.isdisjoint(found) for case, found in own) / len(own)


def wrong(judged: Iterable[tuple[Case, dict[str, str]]], group: str) -> Iterator[str]:
    """Lines of the seen half that are judged wrongly, with what was found."""
    for case, found in judged:
        if case.half != HALVES[0] or group not in ("all", case.group):
            continue
        if case.is_violating and case.codes.isdisjoint(found):
            yield f"missed {case.group}: {case.text}  {found or ''}"
        if not case.is_violating and found:
            yield f"alarm  {case.group}: {case.text}  {found}"


if __name__ == "__main__":
    main()
