"""Risk scores 风险评分 of a run's result cards: rule words in the title, price, new shop, past findings.

The arithmetic is that of ``crawlers.sampling.risk``; here it gets its signs from the rule packs and from the
store. Points are log odds, set once and in the open: they only have to put likely violations before unlikely
ones, and ``python -m bench.risk`` measures how well they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawlers.sampling.frame import RISK_DRIVEN
from crawlers.sampling.risk import RiskSigns, is_cheap, median_prices, price_of, risk_scores
from detectors.terms import TermEngine
from domain.notes import Note, NoteCode, note
from domain.sweep import Sweep
from domain.target import FrameUnit
from rules.loader import load_catalogue, load_categories, load_packs
from rules.packs import TEXT_KINDS
from rules.term_rules import TermField
from storage.findings import PastFindings
from storage.store import Store

WORD = 2.5
"""Points of a title in which a rule finds its words beyond doubt; less in proportion to its score."""
CONFIRMED_LISTING, OPEN_LISTING = 3.0, 1.5
"""Points of a listing with a finding that a person confirmed, or that nobody has decided yet."""
CONFIRMED_SHOP, OPEN_SHOP = 1.5, 0.75
"""The same for the other listings of its shop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Scores by unit key, and how many cards bear each sign."""

    scores: Mapping[str, float]
    with_words: int
    cheap: int
    new_shop: int
    with_past: int

    @property
    def note(self) -> Note:
        """What the run's record says of it."""
        return note(
            NoteCode.RISK_SCORED,
            cards=len(self.scores),
            words=self.with_words,
            cheap=self.cheap,
            new_shop=self.new_shop,
            past=self.with_past,
        )


def score_frame(store: Store, sweep: Sweep, run: str, units: Sequence[FrameUnit]) -> Scored | None:
    """The scores of a risk-driven sweep's cards as rules and store say now; ``None`` for other designs."""
    if sweep.design.kind not in RISK_DRIVEN:
        return None
    shops = sorted({unit.shop for unit in units if unit.shop})
    subjects = sorted({unit.subject for unit in units if unit.subject})
    signs = RiskSigns(
        words=word_points(units, sweep.detectors),
        past=past_points(store.findings.past(subjects, shops, before=run)),
        known_shops=_known_shops(shops, store.listings.shops_among(shops)),
    )
    scores = risk_scores(units, signs).tolist()
    medians = median_prices(units)
    known = signs.known_shops or frozenset()
    return Scored(
        scores={unit.key: score for unit, score in zip(units, scores, strict=True)},
        with_words=len(signs.words),
        cheap=sum(is_cheap(unit, medians) for unit in units),
        new_shop=sum(bool(unit.shop) and unit.shop not in known for unit in units),
        with_past=sum(unit.subject in signs.past or unit.shop in signs.past for unit in units),
    )


def word_points(units: Sequence[FrameUnit], detectors: Sequence[str]) -> dict[str, float]:
    """Points by unit key of the titles that the text rules of ``detectors`` would flag by themselves."""
    kinds = [kind for kind in TEXT_KINDS if kind in detectors]
    if not kinds:
        return {}
    engine = TermEngine.of(load_packs(load_catalogue()), kinds)
    names = {category.code: category.name_zh for category in load_categories()}
    empty = dict.fromkeys((field.value for field in TermField), "")
    points = {}
    for unit in units:
        price = price_of(unit)
        texts = empty | {TermField.TITLE.value: unit.title}
        path = (names.get(unit.category, ""),)
        found = engine.match(texts, categories=path, price=None if price is None else float(price))
        if score := max((match.score for match in found), default=0.0):
            points[unit.key] = WORD * score
    return points


def past_points(past: PastFindings) -> dict[str, float]:
    """Points of listings and shops with findings that were not rejected; the higher of two kinds counts."""
    points: dict[str, float] = {}
    for keys, each in (
        (past.open_shops, OPEN_SHOP),
        (past.confirmed_shops, CONFIRMED_SHOP),
        (past.open_subjects, OPEN_LISTING),
        (past.confirmed_subjects, CONFIRMED_LISTING),
    ):
        points |= dict.fromkeys(keys, each)
    return points


def _known_shops(shops: Sequence[str], seen: set[str]) -> frozenset[str]:
    """Shops that count as known; on a platform that was never visited all do, since all are new there."""
    visited = {shop.partition(":")[0] for shop in seen}
    return frozenset(shop for shop in shops if shop in seen or shop.partition(":")[0] not in visited)
