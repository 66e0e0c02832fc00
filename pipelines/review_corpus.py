"""All reviews there are, judged when a run ends 全量评价研判: whole while they are few, by what is new after.

The history on disk only saves work: which reviews are in it is known by the runs that it names, and the
reviews of every other ended run are read from the store. So a run that a crash, another machine or a sweep
without this detector kept out comes in with the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
from loguru import logger

from detectors.campaigns.columns import Longs, Reviews
from detectors.campaigns.history import History
from detectors.campaigns.judge import Judgement
from domain.run import Run, RunState
from pipelines.review_history import HistoryFiles, Manifest, engine
from storage.reviews import SCHEMA
from storage.store import Store

_SAMPLE = 50
_PLACE = ["snapshot", "seen_at"]
Keep = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """When the corpus is judged whole again: standards drift, and small corpora are quick."""

    whole_up_to: int = 20_000
    """Reviews that are judged whole each time: under a second or two, and nothing is kept."""
    grown: float = 0.25
    """New rows against those judged whole."""
    outdated: float = 0.005
    """Reviews that changed, of all."""
    nights: int = 60


class ReviewHistory:
    """Judges a run's reviews among all that were ever read.

    Args:
        store: where reviews lie.
        directory: where the digested history is kept; ``None`` judges the whole corpus each time.
        growth: when the corpus is judged whole again.
    """

    def __init__(self, store: Store, directory: Path | None = None, growth: Growth | None = None) -> None:
        self._store = store
        self._files = HistoryFiles(directory) if directory else None
        self._growth = growth or Growth()

    @contextmanager
    def judged(self, run: Run, frame: pl.DataFrame, *, now: datetime) -> Iterator[Judgement]:
        """The judgement on what the run read; what was new is kept when the context ends without a fault.

        Args:
            run: the run.
            frame: what it read, in ``storage.reviews.SCHEMA``.
            now: aware; reviews dated later have no time.
        """
        listings = frame["listing"].unique().sort().to_list()
        with self._files.alone() if self._files else nullcontext():
            history, touched, keep = self._brought_up(run, frame, now)
            yield history.judged(listings, touched)
            keep()

    def _brought_up(self, run: Run, frame: pl.DataFrame, now: datetime) -> tuple[History, Longs | None, Keep]:
        ended = {one.id for one in self._store.runs.list(0) if one.state is RunState.FINISHED}
        if self._files is None or self._store.reviews.size() <= self._growth.whole_up_to:
            return self._whole(now), None, lambda: None
        files, manifest = self._files, self._files.manifest()
        runs = tuple(sorted({*manifest.runs, *ended, run.id}))
        named = replace(manifest, engine=engine(), corpus=self._store.reviews.corpus, runs=runs)
        history = files.load(manifest) if self._fits(manifest) else None
        if history is not None and self._is_of_this_store(history):
            others = sorted(ended - {*manifest.runs, run.id})
            fresh = pl.concat([frame, *self._store.reviews.columns_of_runs(others)] if others else [frame])
            grown = self._grown(files, history, fresh, named, now)
            if grown is not None:
                return grown
        whole = self._whole(now)
        return whole, None, lambda: files.keep_whole(whole, named)

    def _grown(
        self, files: HistoryFiles, history: History, frame: pl.DataFrame, manifest: Manifest, now: datetime
    ) -> tuple[History, Longs, Keep] | None:
        """The history with what is new in ``frame``; ``None`` where too much is for that."""
        read = Reviews.of(frame, as_of=now)
        outdated = {*manifest.outdated, *read.ids.filter(pl.Series(history.changed(read))).to_list()}
        unknown = read.ids.filter(pl.Series(history.unknown(read)))
        rows = len(history) + len(unknown)
        if (
            rows - manifest.whole > self._growth.grown * manifest.whole
            or len(outdated) > self._growth.outdated * rows
            or len(manifest.parts) > self._growth.nights
        ):
            return None
        manifest = replace(manifest, outdated=tuple(sorted(outdated)))
        if unknown.is_empty():
            return history, np.empty(0, dtype=np.int64), lambda: files.keep_runs(manifest)
        fresh = Reviews.of(frame.filter(pl.col("review_id").is_in(unknown.implode())), as_of=now)
        _tell(fresh)
        grown, night = history.night(fresh)
        return grown, night.signals.rows, lambda: files.keep_night(night, manifest)

    def _whole(self, now: datetime) -> History:
        frames = (frame.drop(_PLACE) for frame in self._store.reviews.all_columns())
        reviews = Reviews.of(pl.concat([SCHEMA.to_frame().drop(_PLACE), *frames]), as_of=now)
        _tell(reviews)
        return History.of(reviews)

    def _fits(self, manifest: Manifest) -> bool:
        ours = (engine(), self._store.reviews.corpus)
        return bool(manifest.parts) and (manifest.engine, manifest.corpus) == ours

    def _is_of_this_store(self, history: History) -> bool:
        # A store that was set back to an earlier copy lacks reviews that the history has.
        ids = history.memory.reviews.ids
        places = np.linspace(0, len(ids) - 1, min(_SAMPLE, len(ids))).astype(np.int64)
        return self._store.reviews.holds(ids.gather(places).to_list())


def _tell(reviews: Reviews) -> None:
    for defect, count in sorted(reviews.defects.items()):
        if count:
            logger.bind(defect=defect, count=count).warning("review rows with a defect")
