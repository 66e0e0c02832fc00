"""New campaigns planted into ordinary reviews, by seed: AUC and AP by family, none of it tuned on.

``python -m bench.planted_reviews FILE [SEEDS]``: FILE is a set of ``docs/reviews-guide.md`` whose genuine
rows are the background. Phrases are cut from other genuine reviews and shuffled, sizes, days and shapes are
drawn anew for each campaign, and most families come in a plain and a harder variant: longer, smaller, with
ordinary reviews of the members elsewhere, texts shared in part only. Further shapes, planted by themselves,
are of no family in particular: paraphrases, a drip over many listings, bursts on a sale day, colluders who
rotate over shops, long photo reviews, stars without words, attacks in mixed stars, half default-good bursts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from detectors.campaigns.columns import Reviews
from detectors.campaigns.families import LINE, Family
from detectors.campaigns.findings import LEAST_REVIEWS
from detectors.campaigns.judge import judge
from detectors.campaigns.memory import Memory
from netsword.evaluate_reviews import average_precision, ranking
from netsword.review_files import columns_of, read_rows

SEEDS = (11, 12, 13)
_CAMPAIGNS = 6
_SILENT = "此用户没有填写评价。"
Row = dict[str, Any]
Writer = Callable[["Planter", bool], list[Row]]


class Planter:
    """Writes campaigns on the listings of a background; every choice comes from the seed."""

    def __init__(self, background: pl.DataFrame, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._listings = background["listing"].value_counts().filter(pl.col("count") >= 15)["listing"].sort()
        self._shops = dict(background.select("listing", "shop").unique("listing").iter_rows())
        self._days = background["posted_at"].drop_nulls().sort()
        texts = background.filter(pl.col("text").str.len_chars() > 12)["text"]
        parts = texts.str.replace_all(r"[\s\pP]+", "，").str.split("，").explode().drop_nulls()
        self._clauses = parts.filter(parts.str.len_chars().is_between(4, 14)).unique().sort().to_list()
        self.rows: list[Row] = []
        self.campaigns = 0

    def plant(self, name: str, write: Writer, *, hard: bool) -> None:
        """One campaign; its rows carry its name and whether it is the harder variant."""
        self.campaigns += 1
        for row in write(self, hard):
            number = len(self.rows)
            row = {"stars": 5.0, "user": f"new{number}", **row}
            self.rows.append(
                row
                | {
                    "review_id": f"planted{number}",
                    "shop": self._shops[row["listing"]],
                    "kind": row.get("kind", name),
                    "campaign": self.campaigns,
                    "hard": hard,
                }
            )

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self._chance.integers(low, high + 1))

    def listing(self) -> str:
        """Some listing with enough reviews to have a rate."""
        return str(self._listings[self.between(0, len(self._listings) - 1)])

    def moment(self, start: datetime, days: float) -> datetime:
        """A moment within ``days`` of ``start``."""
        return start + timedelta(days=float(self._chance.random() * days))

    def start(self) -> datetime:
        """Some day of the background."""
        found: datetime = self._days[self.between(len(self._days) // 10, len(self._days) * 9 // 10)]
        return found

    def sale_day(self) -> datetime:
        """The day on which most reviews of the background were written."""
        day = self._days.dt.truncate("1d")
        found: datetime = day.mode().sort()[0]
        return found

    def clauses(self, count: int) -> list[str]:
        """Phrases that nobody chose: cut from other buyers' reviews."""
        return [self._clauses[self.between(0, len(self._clauses) - 1)] for _ in range(count)]

    def text(self, count: int = 4) -> str:
        """A text of its own."""
        return "，".join(self.clauses(count))

    def slots(self, bank: list[str], count: int) -> str:
        """Some phrases of a bank in any order."""
        return "，".join(self._chance.choice(bank, min(count, len(bank)), replace=False).tolist())

    def edited(self, text: str, share: float) -> str:
        """A copy with some characters dropped."""
        return "".join(letter for letter in text if self._chance.random() > share)


def _burst(planter: Planter, hard: bool) -> list[Row]:
    bank, listing, start = planter.clauses(14 if hard else 7), planter.listing(), planter.start()
    days = 5.0 if hard else 1.5
    return [
        {"listing": listing, "posted_at": planter.moment(start, days),
         "text": planter.slots(bank, 3) + ("，" + planter.text(1) if hard else "")}
        for _ in range(planter.between(14, 22) if hard else planter.between(20, 50))
    ]  # fmt: skip


def _drip(planter: Planter, hard: bool) -> list[Row]:
    bases, listing, start = [planter.text(6) for _ in range(2)], planter.listing(), planter.start()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 150 if hard else 60),
         "text": planter.edited(bases[number % 2], 0.15 if hard else 0.05)}
        for number in range(planter.between(8, 12) if hard else planter.between(12, 30))
    ]  # fmt: skip


def _group(planter: Planter, hard: bool) -> list[Row]:
    members = [f"member{planter.between(0, 10**9)}" for _ in range(6 if hard else 12)]
    rows: list[Row] = []
    for listing in sorted({planter.listing() for _ in range(4 if hard else 6)}):
        start = planter.start()
        rows += [
            {"listing": listing, "user": member, "text": planter.text(),
             "posted_at": planter.moment(start, 4 if hard else 2)}
            for member in members
            if not hard or planter.between(1, 10) <= 8
        ]  # fmt: skip
    for member in members * (2 if hard else 1):
        rows.append(
            {"listing": planter.listing(), "user": member, "text": planter.text(), "kind": "cover",
             "posted_at": planter.moment(planter.start(), 60)}
        )  # fmt: skip
    return rows


def _paid(planter: Planter, hard: bool) -> list[Row]:
    offers = ["好评返现", "晒图领红包", "五星截图返5块", "评价送话费", "加客服微信领红包"]
    bank, listing, start = planter.clauses(5), planter.listing(), planter.start()
    every = 3 if hard else 2
    return [
        {"listing": listing, "posted_at": planter.moment(start, 60),
         "text": planter.slots(bank, 3) + ("，" + offers[number % len(offers)]) * (number % every == 0)}
        for number in range(planter.between(10, 25))
    ]  # fmt: skip


def _silent(planter: Planter, hard: bool) -> list[Row]:
    listing, start = planter.listing(), planter.start()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 3 if hard else 1), "text": _SILENT}
        for _ in range(planter.between(12, 20) if hard else planter.between(25, 60))
    ]


def _attack(planter: Planter, hard: bool) -> list[Row]:
    bank, listing, start = planter.clauses(12 if hard else 6), planter.listing(), planter.start()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 4 if hard else 1.5), "stars": 1.0,
         "text": planter.slots(bank, 3)}
        for _ in range(planter.between(8, 14) if hard else planter.between(14, 30))
    ]  # fmt: skip


def _paraphrase(planter: Planter, hard: bool) -> list[Row]:
    # Every slot of one text has several wordings, and every review adds words of its own.
    slots = [planter.clauses(6 if hard else 4) for _ in range(5)]
    listing, start = planter.listing(), planter.start()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 60 if hard else 25),
         "text": planter.slots([planter.slots(slot, 1) for slot in slots], 4) + "，" + planter.text(1)}
        for _ in range(planter.between(15, 30))
    ]  # fmt: skip


def _wide_drip(planter: Planter, hard: bool) -> list[Row]:
    # One review a day, the listing another one each time.
    bases, start = [planter.text(6) for _ in range(3)], planter.start()
    listings = [planter.listing() for _ in range(20 if hard else 8)]
    return [
        {"listing": listings[planter.between(0, len(listings) - 1)],
         "posted_at": planter.moment(start + timedelta(days=day), 1),
         "text": planter.edited(bases[day % 3], 0.12 if hard else 0.05)}
        for day in range(40)
    ]  # fmt: skip


def _sale_burst(planter: Planter, hard: bool) -> list[Row]:
    bank, listing, start = planter.clauses(12 if hard else 7), planter.listing(), planter.sale_day()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 2), "text": planter.slots(bank, 3)}
        for _ in range(planter.between(12, 20) if hard else planter.between(20, 40))
    ]


def _rotation(planter: Planter, hard: bool) -> list[Row]:
    # Never all of them, never the same shop twice, weeks between two listings.
    members = [f"rotating{planter.between(0, 10**9)}" for _ in range(14 if hard else 9)]
    start, rows = planter.start() - timedelta(days=150), []
    for turn in range(7):
        listing, begin = planter.listing(), start + timedelta(days=turn * planter.between(20, 40))
        some = planter.slots(members, 6).split("，")
        rows += [
            {"listing": listing, "user": member, "text": planter.text(),
             "posted_at": planter.moment(begin, 4)}
            for member in some
        ]  # fmt: skip
    return rows


def _photo(planter: Planter, hard: bool) -> list[Row]:
    bank, listing, start = planter.clauses(40 if hard else 24), planter.listing(), planter.start()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 12),
         "text": planter.slots(bank, 9) + "，" + planter.text(3)}
        for _ in range(planter.between(10, 20))
    ]  # fmt: skip


def _stars_only(planter: Planter, hard: bool) -> list[Row]:
    listing, start = planter.listing(), planter.start()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 3 if hard else 1), "text": ""}
        for _ in range(planter.between(12, 20) if hard else planter.between(25, 50))
    ]


def _mixed_attack(planter: Planter, hard: bool) -> list[Row]:
    bank, listing, start = planter.clauses(10), planter.listing(), planter.start()
    stars = [1.0, 2.0, 3.0, 3.0] if hard else [1.0, 1.0, 2.0, 3.0]
    return [
        {"listing": listing, "posted_at": planter.moment(start, 4 if hard else 2), "stars": stars[number % 4],
         "text": planter.slots(bank, 3) + "，" + planter.text(1)}
        for number in range(planter.between(10, 24))
    ]  # fmt: skip


def _half_silent(planter: Planter, hard: bool) -> list[Row]:
    bank, listing, start = planter.clauses(10), planter.listing(), planter.start()
    return [
        {"listing": listing, "posted_at": planter.moment(start, 4 if hard else 2),
         "text": planter.slots(bank, 3) if number % 2 else _SILENT}
        for number in range(planter.between(14, 22) if hard else planter.between(24, 50))
    ]  # fmt: skip


FAMILIES: dict[str, Writer] = {
    Family.BURST_TEMPLATE: _burst,
    Family.SLOW_DRIP_COPY: _drip,
    Family.COLLUSION_GROUP: _group,
    Family.CASHBACK: _paid,
    Family.DEFAULT_GOOD_BURST: _silent,
    Family.NEGATIVE_ATTACK: _attack,
}
SHAPES: dict[str, Writer] = {
    "paraphrases": _paraphrase,
    "drip over many listings": _wide_drip,
    "burst on a sale day": _sale_burst,
    "rotation over shops": _rotation,
    "long photo reviews": _photo,
    "stars without words": _stars_only,
    "attack in mixed stars": _mixed_attack,
    "half default-good": _half_silent,
}


def measure(background: pl.DataFrame, seed: int, writers: dict[str, Writer]) -> dict[str, dict[str, float]]:
    """Figures of one planting: of all reviews, and of each kind and variant against what is ordinary.

    Average precision of a family is by its own score, that of another shape by the score of all families.
    ``found`` is the share of campaigns with enough reviews over the line for a finding.
    """
    planter = Planter(background, seed)
    for name, write in writers.items():
        for number in range(_CAMPAIGNS):
            planter.plant(name, write, hard=number % 2 == 1)
    planted = pl.DataFrame(planter.rows, infer_schema_length=None).with_columns(
        pl.col("posted_at").cast(background.schema["posted_at"])
    )
    columns = pl.concat([background, planted.drop("kind", "hard", "campaign")], how="diagonal_relaxed")
    judged = judge(Memory.of(Reviews.of(columns)))
    truth = judged.reviews.join(
        planted.select("review_id", "kind", "hard", "campaign"),
        on="review_id",
        how="left",
        maintain_order="left",
    )
    kind = truth["kind"].fill_null("genuine")
    fake = ~kind.is_in(["genuine", "cover"]).to_numpy()
    points = judged.reviews["points"].to_numpy()
    figures = {"all": ranking(fake, points)}
    figures["all"]["genuine_over_line"] = float((points[~fake] >= LINE).mean())
    for name in writers:
        own = judged.reviews[f"family:{name}"].to_numpy() if name in FAMILIES else points
        for variant, hard in (("plain", False), ("hard", True)):
            of_kind = ((kind == str(name)) & (truth["hard"] == hard).fill_null(value=False)).to_numpy()
            against = of_kind | ~fake
            over = truth.filter(pl.Series(of_kind & (points >= LINE)))["campaign"].value_counts()
            figures[f"{name}, {variant}"] = {
                "ap": average_precision(of_kind[against], own[against]),
                "over_line": float((points[of_kind] >= LINE).mean()),
                "found": int((over["count"] >= LEAST_REVIEWS).sum()) / (_CAMPAIGNS / 2),
            }
    return figures


def main(file: Path, seeds: tuple[int, ...]) -> None:
    """Prints the mean over the seeds, one line a kind and variant."""
    rows = read_rows(file)
    columns = columns_of(rows)
    if "is_fake" in rows.columns:
        columns = columns.filter(rows["is_fake"] != "1")
    for writers in (FAMILIES, SHAPES):
        found = [measure(columns, seed, writers) for seed in seeds]
        for name in found[0]:
            means = {key: float(np.mean([one[name][key] for one in found])) for key in found[0][name]}
            print(f"{name:<31}" + "  ".join(f"{key} {value:.3f}" for key, value in means.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(int(seed) for seed in sys.argv[2:]) or SEEDS)
