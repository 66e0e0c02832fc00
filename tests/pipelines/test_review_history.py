"""The kept review history: a night finds what a whole judgement finds, whatever was killed or replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.campaigns.history import History
from detectors.corpus import review_detectors
from pipelines.review_corpus import Growth, ReviewHistory
from pipelines.review_history import HistoryFiles
from pipelines.reviews import judge_reviews
from storage.store import Store
from tests.detectors.campaigns.builders import a_market
from tests.pipelines.test_reviews import (
    FIRST,
    NOW,
    PROMOTIONS,
    SECOND,
    a_burst,
    reviews_of,
    visit,
)
from tests.shipped import catalogue, packs
from tests.storage.builders import a_sweep

pytestmark = pytest.mark.mongo

SMALL = Growth(whole_up_to=0, grown=0.9, outdated=0.01)


@pytest.fixture
def two_runs(store: Store) -> Store:
    """A run that read the market and half a campaign, and one that read the other half."""
    fakes = a_burst()
    visit(store, FIRST, reviews_of(a_market(listings=6) + fakes[:12]))
    visit(store, SECOND, reviews_of(fakes[12:]), day=1)
    return store


def judge(store: Store, run: str, directory: Path | None, growth: Growth = SMALL) -> set[tuple[str, ...]]:
    """What a run's end finds, by rule and subject, with the reviews that it rests on."""
    stored = store.runs.get(run)
    detectors = review_detectors(packs(), catalogue(), ["reviews"])
    assert stored is not None
    assert detectors is not None
    history = ReviewHistory(store, directory, growth)
    sweep = a_sweep(budget={"review_pages": 3})
    judge_reviews(store, stored, sweep, detectors, PROMOTIONS, now=NOW, history=history)
    store.runs.finish(run, NOW, {})
    return {(one.rule, one.subject, *one.evidence_ids) for one in store.findings.of_run(run)}


@pytest.fixture
def wholes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the corpora that were judged whole."""
    seen: list[int] = []
    of = History.of

    def counted(reviews):
        seen.append(len(reviews))
        return of(reviews)

    monkeypatch.setattr(History, "of", counted)
    return seen


def test_a_night_finds_what_the_whole_corpus_shows_and_is_kept(
    two_runs: Store, tmp_path: Path, wholes: list[int]
) -> None:
    judge(two_runs, FIRST, tmp_path)
    found = judge(two_runs, SECOND, tmp_path)
    assert wholes == [372 + 13]
    assert len(HistoryFiles(tmp_path).manifest().parts) == 1
    assert any(rule == "REVIEW-BURST" and len(evidence) >= 20 for rule, _, *evidence in found)
    assert judge(two_runs, SECOND, None) == found


def test_second_run_is_read_alone(store: Store, tmp_path: Path, wholes: list[int]) -> None:
    fakes = a_burst()
    visit(store, FIRST, reviews_of(a_market(listings=6) + fakes[:12]))
    judge(store, FIRST, tmp_path)
    visit(store, SECOND, reviews_of(fakes[12:]), day=1)
    found = judge(store, SECOND, tmp_path)
    assert wholes == [372]
    kept = HistoryFiles(tmp_path)
    assert (kept.manifest().rows, len(kept.manifest().parts), kept.manifest().runs) == (
        385,
        2,
        (FIRST, SECOND),
    )
    assert judge(store, SECOND, None) == found
    assert judge(store, SECOND, tmp_path) == found
    assert wholes == [372, 385]


@pytest.mark.parametrize("moment", ["_replace", pytest.param("_sweep", marks=pytest.mark.long)])
def test_killed_while_it_is_kept_nothing_is_lost_or_doubled(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    fakes = a_burst()
    visit(store, FIRST, reviews_of(a_market(listings=6) + fakes[:12]))
    judge(store, FIRST, tmp_path)
    visit(store, SECOND, reviews_of(fakes[12:]), day=1)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(HistoryFiles, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            judge(store, SECOND, tmp_path)
    found = judge(store, SECOND, tmp_path)
    manifest = HistoryFiles(tmp_path).manifest()
    assert (manifest.rows, len(manifest.parts)) == (385, 2)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set(manifest.parts)
    assert judge(store, SECOND, None) == found


@pytest.mark.parametrize(
    "harm",
    [
        "engine",
        "many changed",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("damage", "manifest", "set back")),
    ],
)
def test_what_is_in_doubt_is_judged_whole_again(
    two_runs: Store, tmp_path: Path, wholes: list[int], monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    judge(two_runs, FIRST, tmp_path)
    if harm == "damage":
        (next(path for path in tmp_path.iterdir() if path.is_dir()) / "tree.json").write_text("{")
    elif harm == "engine":
        monkeypatch.setattr("pipelines.review_corpus.engine", lambda: "another")
    elif harm == "manifest":
        (tmp_path / "manifest.json").write_text("[")
    elif harm == "set back":
        two_runs.database["reviews"].delete_one({"_id": "p:fake00"})
    else:
        changed = {"runs": SECOND}
        two_runs.database["reviews"].update_many(changed, {"$set": {"stars": 1}})
    judge(two_runs, SECOND, tmp_path)
    assert len(wholes) == 2


def test_a_small_store_keeps_nothing(two_runs: Store, tmp_path: Path) -> None:
    judge(two_runs, FIRST, tmp_path, Growth())
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
