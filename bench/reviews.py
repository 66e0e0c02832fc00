"""Review detectors on a generated corpus: seconds, memory and growth. ``python -m bench.reviews [ROWS ...]``.

``python -m bench.reviews hostile [ROWS]``: everybody writes one text; one account writes a tenth of all.

The corpus has the skew of a marketplace: listings by a power law, most users with one review and a few with
hundreds, texts from a vocabulary by Zipf's law with stock phrases and default-good reviews, sale days, and
planted campaigns. Each size runs in a process of its own, so that peak memory is the
size's own. The exponent of growth and the share of a night of 1 % are of CPU seconds, which a busy machine
does not stretch.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detectors.campaigns.columns import Reviews
from detectors.campaigns.history import History
from detectors.campaigns.judge import judge
from detectors.campaigns.memory import Memory

SIZES = (125_000, 250_000, 500_000, 1_000_000)
_START = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
_DAYS = 730
_WORDS = 40_000
_STOCK = 400
_DEFAULT = "此用户未填写评价内容"


def corpus(rows: int, *, seed: int = 7, first_id: int = 0, from_day: float = 0.0) -> pl.DataFrame:
    """``rows`` reviews, one per cent of them in planted campaigns."""
    chance = np.random.default_rng(seed)
    listings = max(rows // 50, 20)
    popularity = 1 / np.arange(1, listings + 1) ** 0.8
    listing = chance.choice(listings, rows, p=popularity / popularity.sum())
    repeat = chance.random(rows) < 0.3
    user = np.where(
        repeat, np.minimum(chance.zipf(1.6, rows), rows // 20), rows // 20 + np.arange(rows) + first_id
    )
    sale = chance.random(rows) < 0.15
    day = from_day + chance.random(rows) * (_DAYS - from_day)
    day[sale] = np.where(chance.random(int(sale.sum())) < 0.5, 314, 680) + chance.random(int(sale.sum())) * 3
    day = np.maximum(day, from_day)
    texts = _texts(rows, chance)
    stars = chance.choice([1, 2, 3, 4, 5], rows, p=[0.03, 0.02, 0.05, 0.1, 0.8])
    campaigns = max(rows // 4_000, 1)
    for number in range(campaigns):
        members = chance.choice(rows, 40, replace=False)
        listing[members], stars[members] = chance.integers(listings), 5
        begin = from_day + chance.random() * (_DAYS - 3 - from_day)
        day[members] = begin + chance.random(40) * 2
        user[members] = 10 * rows + number * 40 + np.arange(40) + first_id
        slots = ["".join(chance.choice(_letters(), 6)) for _ in range(8)]
        for place in members.tolist():
            texts[place] = "，".join(chance.choice(slots, 4)) + "！"
    posted = _START + (day * 86_400).astype(np.int64)
    bought = posted - (chance.exponential(6, rows) * 86_400).astype(np.int64)
    return pl.DataFrame(
        {
            "review_id": np.char.add("r", (np.arange(rows) + first_id).astype(str)),
            "listing": np.char.add("l", listing.astype(str)),
            "shop": np.char.add("s", (listing // 12).astype(str)),
            "user": np.char.add("u", user.astype(str)),
            "stars": stars,
            "posted_at": pl.Series(posted * 1_000_000).cast(pl.Datetime("us", "UTC")),
            "bought_at": pl.Series(bought * 1_000_000).cast(pl.Datetime("us", "UTC")),
            "text": texts,
        }
    )


def _letters() -> NDArray[np.str_]:
    return np.array([chr(point) for point in range(0x4E00, 0x4E00 + 3_000)])


def _texts(rows: int, chance: np.random.Generator) -> list[str]:
    # Words of two or three characters by Zipf's law; a third of the clauses are stock phrases of the trade.
    letters = _letters()
    frequent = 1 / np.arange(1, len(letters) + 1) ** 0.7
    drawn = chance.choice(letters, (_WORDS, 3), p=frequent / frequent.sum())
    words = np.array(["".join(word[: 2 + place % 2]) for place, word in enumerate(drawn)])
    rank = 1 / np.arange(1, _WORDS + 1) ** 0.9
    cumulative = np.cumsum(rank / rank.sum())
    stock = ["".join(words[np.searchsorted(cumulative, chance.random(3))]) for _ in range(_STOCK)]
    lengths = np.clip(chance.lognormal(2.5, 0.7, rows), 2, 80).astype(int)
    picked = words[np.minimum(np.searchsorted(cumulative, chance.random(int(lengths.sum()))), _WORDS - 1)]
    edges = np.concatenate(([0], np.cumsum(lengths)))
    usual = chance.integers(0, _STOCK, (rows, 2))
    silent = chance.random(rows) < 0.13
    texts = []
    for row in range(rows):
        if silent[row]:
            texts.append(_DEFAULT)
            continue
        own = picked[edges[row] : edges[row + 1]].tolist()
        middle = len(own) // 2
        texts.append(
            "".join(own[:middle])
            + "，"
            + stock[usual[row, 0]]
            + "，"
            + "".join(own[middle:])
            + "。"
            + stock[usual[row, 1]]
        )
    return texts


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(rows: int) -> dict[str, float]:
    """Seconds of the full judgement and of a night of one per cent, and peak memory, for one size."""
    frame = corpus(rows)
    night = corpus(rows // 100, seed=8, first_id=2 * rows, from_day=_DAYS - 1.0)
    before = _peak_mb()
    start, worked = time.perf_counter(), time.process_time()
    judged = judge(Memory.of(Reviews.of(frame)))
    full, work = time.perf_counter() - start, time.process_time() - worked
    flagged = int((judged.reviews["score"] >= 0.5).sum())
    peak = _peak_mb()
    history = History(judged.memory, judged.standards, judged.signals, judged.reviews["points"].to_numpy())
    del judged, frame
    start, worked = time.perf_counter(), time.process_time()
    history.night(Reviews.of(night))
    nightly, night_work = time.perf_counter() - start, time.process_time() - worked
    return {
        "rows": rows,
        "seconds": full,
        "flagged": flagged,
        "cpu_s": work,
        "nightly_s": nightly,
        "nightly_cpu_s": night_work,
        "nightly_share": night_work / work,
        "corpus_mb": before,
        "peak_mb": peak,
    }


def same_texts(rows: int) -> pl.DataFrame:
    """A corpus in which everybody writes one text."""
    return corpus(rows).with_columns(pl.lit("这个东西用起来真的非常顺手，推荐给大家").alias("text"))


def busy_user(rows: int) -> pl.DataFrame:
    """A corpus in which one account wrote a tenth of all reviews."""
    place = pl.int_range(pl.len())
    return corpus(rows).with_columns(
        pl.when(place % 10 == 0).then(pl.lit("busy")).otherwise("user").alias("user")
    )


HOSTILE = {"same_texts": same_texts, "busy_user": busy_user}


def measure_hostile(name: str, rows: int) -> dict[str, float]:
    """Seconds and peak memory of judging a hostile corpus."""
    frame = HOSTILE[name](rows)
    start, worked = time.perf_counter(), time.process_time()
    judge(Memory.of(Reviews.of(frame)))
    return {
        "seconds": time.perf_counter() - start,
        "cpu_s": time.process_time() - worked,
        "peak_mb": _peak_mb(),
    }


def hostile(rows: int) -> None:
    """Prints one line a hostile corpus, of half the size and of the whole."""
    for name in HOSTILE:
        for size in (rows // 2, rows):
            seen = _in_own_process("--hostile", name, str(size))
            spent = f"{seen['seconds']:8.1f} s {seen['cpu_s']:8.1f} CPU s {seen['peak_mb']:6.0f} MB"
            print(f"{name:<12} {size:>10} {spent}", flush=True)


def _in_own_process(*arguments: str) -> dict[str, float]:
    # This very module, with arguments.
    command = [sys.executable, "-m", "bench.reviews", *arguments]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def main(sizes: tuple[int, ...]) -> None:
    """Prints one line a size, with the exponent of growth against the size before."""
    print(
        f"{'rows':>10} {'seconds':>8} {'CPU s':>8} {'exponent':>8}"
        f" {'night s':>8} {'share':>6} {'corpus MB':>9} {'peak MB':>8}"
    )
    last: dict[str, float] | None = None
    for rows in sizes:
        seen = _in_own_process("--one", str(rows))
        grown = ""
        if last:
            grown = f"{np.log(seen['cpu_s'] / last['cpu_s']) / np.log(rows / last['rows']):.2f}"
        print(
            f"{rows:>10} {seen['seconds']:>8.1f} {seen['cpu_s']:>8.1f} {grown:>8}"
            f" {seen['nightly_s']:>8.2f}"
            f" {seen['nightly_share']:>6.1%} {seen['corpus_mb']:>9.0f} {seen['peak_mb']:>8.0f}",
            flush=True,
        )
        last = seen


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    elif sys.argv[1:2] == ["--hostile"]:
        print(json.dumps(measure_hostile(sys.argv[2], int(sys.argv[3]))))
    elif sys.argv[1:2] == ["hostile"]:
        hostile(int(sys.argv[2]) if sys.argv[2:] else 1_000_000)
    else:
        main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
