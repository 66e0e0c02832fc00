"""Speed, false alarms and over-fitting of the text rules.

``python -m bench.text_rules speed`` measures listings per second against a plain ahocorasick_rs scan of the
same texts in the same run. ``clean`` counts by code what fires on at least 20,000 innocent texts: generated
listings and buyers' reviews. ``holdout GOLD`` leaves groups of slang and terms out in turn and scores again.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import yaml
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detectors.wording import WordingDetector
from domain.subjects import Listing
from netsword.evaluate_listings import predict, read_cases, read_folding, score
from rules.catalogue import Catalogue
from rules.loader import load_catalogue, load_packs
from rules.packs import RulePacks
from rules.term_rules import Companions, Near, TermRule

HERE = Path(__file__).parent
SEED = 20261111
DAY = datetime(2026, 11, 21, tzinfo=UTC)
REVIEW_FILES = (
    "zh_online_shopping_10_cats.csv.gz",
    "jd_cosmetics_comments.csv.gz",
    "jd_aircon_comments.csv.gz",
)
LENGTH = 300


def main() -> None:
    """Runs one measurement and prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("what", choices=["speed", "clean", "holdout"])
    parser.add_argument("gold", nargs="?", type=Path, default=Path("../shared/data/listings_gold/dev.jsonl"))
    parser.add_argument("--reviews", type=Path, default=Path("../shared/data/reviews"))
    parser.add_argument("--texts", type=int, default=24_000)
    parser.add_argument("--show", type=int, default=0, help="quotes shown for each code of the clean body")
    arguments = parser.parse_args()
    measure = {"speed": speed, "clean": clean, "holdout": holdout}[arguments.what]
    print(json.dumps(measure(arguments), ensure_ascii=False, indent=1))


# ---------------------------------------------------------------- innocent texts


def innocent_listings(number: int, seed: int = SEED) -> Iterator[Listing]:
    """Made-up lawful listings of every category, in ordinary words."""
    words = yaml.safe_load((HERE / "innocent.yaml").read_text(encoding="utf-8"))
    chance = random.Random(seed)  # noqa: S311 - repeatable texts, no secret
    categories = list(words["goods"])
    for at in range(number):
        category = chance.choice(categories)
        noun = chance.choice(words["goods"][category])
        looks = chance.sample(words["looks"], chance.randint(1, 3))
        title = "".join(
            [
                *looks,
                chance.choice(["", *words["people"]]),
                noun,
                chance.choice(["", " 包邮", " 正品", " 一件"]),
            ]
        )
        lines = chance.sample(words["services"], chance.randint(1, 5))
        yield Listing(
            platform="bench",
            item_id=str(at),
            url="",
            title=title,
            description="。".join(lines) + "。",
            category_path=(category,),
            price=Decimal(chance.randint(5, 3000)),
        )


def innocent_reviews(folder: Path, number: int, seed: int = SEED) -> Iterator[Listing]:
    """Buyers' reviews, each as the description of a listing."""
    texts: list[str] = []
    for name in REVIEW_FILES:
        path = folder / name
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                texts += [row["text"] for row in csv.DictReader(lines) if row["text"]]
    chance = random.Random(seed)  # noqa: S311 - repeatable texts, no secret
    for at, text in enumerate(chance.sample(texts, min(number, len(texts)))):
        yield Listing(platform="bench", item_id=f"r{at}", url="", title="买家评价", description=text)


def clean(arguments: argparse.Namespace) -> dict[str, object]:
    """Findings by code on innocent texts, weak ones apart."""
    catalogue = load_catalogue()
    detector = WordingDetector(load_packs(catalogue), catalogue)
    half = arguments.texts // 2
    bodies = {
        "generated listings": list(innocent_listings(half)),
        "reviews": list(innocent_reviews(arguments.reviews, arguments.texts - half)),
    }
    return {name: _fired(detector, body, arguments.show) for name, body in bodies.items()}


def _fired(detector: WordingDetector, body: Sequence[Listing], show: int) -> dict[str, object]:
    codes: Counter[str] = Counter()
    quotes: dict[str, Counter[str]] = defaultdict(Counter)
    any_, strong = 0, 0
    for listing in body:
        findings = list(detector.inspect(listing, snapshot="bench", observed_at=DAY))
        any_ += bool(findings)
        strong += any(not finding.weak for finding in findings)
        for finding in findings:
            codes[finding.rule] += 1
            quotes[finding.rule].update("+".join(span.quote for span in finding.spans[:3]).split("\n"))
    return {
        "texts": len(body),
        "flagged": any_ / max(1, len(body)),
        "flagged, not weak": strong / max(1, len(body)),
        "by code": dict(codes.most_common()),
        "quotes": {code: quotes[code].most_common(show) for code, _ in codes.most_common()} if show else {},
    }


# ---------------------------------------------------------------- over-fitting


def holdout(arguments: argparse.Namespace) -> dict[str, object]:
    """Scores with every slang list left out, and with each fifth of all terms left out in turn."""
    catalogue = load_catalogue()
    packs = load_packs(catalogue)
    cases = read_cases(arguments.gold)
    folding = read_folding(arguments.gold.parent / "codes.yaml")

    def figures(kept: RulePacks) -> dict[str, float]:
        result = score(cases, predict(cases, folding, WordingDetector(kept, catalogue)))
        recall = result["recall"]
        return {
            "precision": result["micro"]["precision"],
            "recall": result["micro"]["recall"],
            "f1": result["micro"]["f1"],
            "false positives": result["false_positive_rate_innocent"],
            "recall plain": recall["plain"]["recall"],
            "recall obfuscated": recall["obfuscated"]["recall"],
        }

    answers: dict[str, object] = {"all": figures(packs)}
    answers["without slang"] = figures(_only(packs, lambda name, _: name not in ("slang", "foreign")))
    for fold in range(5):
        answers[f"without terms {fold + 1}/5"] = figures(_only(packs, _not_in(fold)))
    return answers


def _not_in(fold: int) -> Callable[[str, int], bool]:
    return lambda _, at: at % 5 != fold


def _only(packs: RulePacks, keeps: Callable[[str, int], bool], *, pairs: bool = False) -> RulePacks:
    """The packs with only the terms that ``keeps(list name, hash of the term)`` says."""

    def thin(rule: TermRule) -> TermRule:
        lists = {
            name: tuple(term for term in getattr(rule.match, name) if keeps(name, sum(map(ord, term))))
            for name in ("sure", "terms", "slang", "foreign", "weak")
        }
        if pairs:
            lists |= {name: tuple(map(thin_pair, getattr(rule.match, name))) for name in ("near", "requires")}
        return rule.model_copy(update={"match": rule.match.model_copy(update=lists)})

    def thin_pair(pair: Near | Companions) -> Near | Companions:
        thinned = {
            name: tuple(term for at, term in enumerate(words) if not at or keeps(name, sum(map(ord, term))))
            for name, words in pair
            if isinstance(words, tuple)
        }
        return pair.model_copy(update=thinned)

    return replace(
        packs,
        prohibited=tuple(map(thin, packs.prohibited)),
        advertising=tuple(map(thin, packs.advertising)),
        terms=tuple(map(thin, packs.terms)),
    )


# ---------------------------------------------------------------- speed


def speed(arguments: argparse.Namespace) -> dict[str, object]:
    """Listings a second of the whole path, beside a scan of the raw text for the same patterns."""
    catalogue = load_catalogue()
    packs = load_packs(catalogue)
    listings = _long_listings(4000)
    shipped = WordingDetector(packs, catalogue)
    answers: dict[str, object] = {}
    # The same rules with terms that no text holds: what the number of patterns alone costs.
    padded = WordingDetector(_padded(packs, 50_000), catalogue)
    for name, wanted in (("", 5_000), ("", 20_000), ("", len(shipped.engine.patterns)), (" (padded)", 0)):
        detector = _detector(wanted, shipped, padded, packs, catalogue)
        patterns = list(detector.engine.patterns)
        plain = AhoCorasick(
            patterns, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )
        texts = [f"{listing.title}\n{listing.description}" for listing in listings]
        rates, scans, found = [], [], 0
        for _ in range(3):
            started = time.process_time()
            found = sum(
                1 for listing in listings for _ in detector.inspect(listing, snapshot="b", observed_at=DAY)
            )
            rates.append(len(listings) / (time.process_time() - started))
            started = time.process_time()
            for text in texts:
                plain.find_matches_as_indexes(text, overlapping=True)
            scans.append(len(listings) / (time.process_time() - started))
        answers[f"{len(patterns)} patterns{name}"] = {
            "listings per second": round(max(rates)),
            "plain scans per second": round(max(scans)),
            "scans a listing costs": round(max(scans) / max(rates), 1),
            "findings": found,
        }
    return answers


def _detector(
    wanted: int, shipped: WordingDetector, padded: WordingDetector, packs: RulePacks, catalogue: Catalogue
) -> WordingDetector:
    if not wanted:
        return padded
    if wanted == len(shipped.engine.patterns):
        return shipped
    return WordingDetector(_thinned(packs, wanted), catalogue)


def _padded(packs: RulePacks, number: int) -> RulePacks:
    """About 5,000 patterns, with made-up terms of four rare characters up to ``number``."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable terms, no secret
    rare = [chr(code) for code in range(0x6B00, 0x6F00)]
    made = tuple("".join(chance.sample(rare, 4)) for _ in range(number - 5_000))
    thin = _thinned(packs, 5_000)
    first = thin.prohibited[0]
    match = first.match.model_copy(update={"terms": (*first.match.terms, *made)})
    return replace(thin, prohibited=(first.model_copy(update={"match": match}), *thin.prohibited[1:]))


def _long_listings(number: int) -> list[Listing]:
    """Innocent listings of 300 characters, a third with one term planted."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable texts, no secret
    planted = ["老料象牙手串", "翻墙软件节点", "软中华整条", "办证刻章", "全网第一", "概不退换"]
    body = list(innocent_listings(number * 4))
    made = []
    for at in range(number):
        parts = body[at * 4 : at * 4 + 4]
        text = "。".join(part.title + "，" + part.description for part in parts) * 3
        text = text[:LENGTH]
        if at % 3 == 0:
            spot = chance.randrange(len(text) // 2)
            text = (text[:spot] + chance.choice(planted) + text[spot:])[:LENGTH]
        made.append(
            Listing(platform="bench", item_id=str(at), url="", title=text[:30], description=text[30:])
        )
    return made


def _thinned(packs: RulePacks, wanted: int) -> RulePacks:
    """Packs with about ``wanted`` patterns: every n-th term of every list."""
    total = sum(len(rule.match.every_term) for rule in packs.texts())
    share = max(1, round(total / wanted))
    return _only(packs, lambda _, at: at % share == 0, pairs=True)


if __name__ == "__main__":
    main()
