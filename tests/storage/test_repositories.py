"""The smaller repositories, each by its promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from domain.errors import StorageError, SweepError
from domain.finding import Decision, Lead, Severity, Signal, Verdict
from domain.notes import NoteCode, note
from domain.run import RunState
from domain.target import PageKind
from storage.findings import RuleCount
from storage.reviews import SCHEMA
from storage.store import Store
from tests.storage.builders import (
    DAY,
    LEASE,
    RUN,
    a_finding,
    a_review,
    a_run,
    a_shop,
    a_snapshot,
    a_sweep,
    a_target,
    a_unit,
    a_visit,
)

pytestmark = pytest.mark.mongo


class TestSweeps:
    def test_new_version_only_when_something_else_is_said(self, store: Store) -> None:
        first = store.sweeps.save(a_sweep(), DAY)
        same = store.sweeps.save(a_sweep(), DAY + timedelta(days=1))
        second = store.sweeps.save(a_sweep(title="食品"), DAY + timedelta(days=2))
        assert (first.version, same, second.version) == (1, first, 2)
        assert store.sweeps.get("food-618") == second
        assert store.sweeps.get("food-618", 1) == first
        assert store.sweeps.get("nope") is None

    def test_version_ten_is_later_than_nine(self, store: Store) -> None:
        for number in range(1, 12):
            assert store.sweeps.save(a_sweep(title=str(number)), DAY).version == number

    def test_list_has_the_latest_of_each_by_name(self, store: Store) -> None:
        store.sweeps.save(a_sweep(name="b"), DAY)
        store.sweeps.save(a_sweep(name="a"), DAY)
        store.sweeps.save(a_sweep(name="a", title="又"), DAY)
        assert [(s.sweep.name, s.version) for s in store.sweeps.list()] == [("a", 2), ("b", 1)]

    def test_versions_come_oldest_first(self, store: Store) -> None:
        for title in ("一", "二"):
            store.sweeps.save(a_sweep(title=title), DAY)
        assert [known.sweep.title for known in store.sweeps.versions("food-618")] == ["一", "二"]
        assert store.sweeps.versions("nope") == []

    def test_pause_outlives_a_new_version(self, store: Store) -> None:
        store.sweeps.save(a_sweep(), DAY)
        assert store.sweeps.set_paused("food-618", True).paused
        assert store.sweeps.save(a_sweep(title="食品"), DAY).paused
        assert not store.sweeps.set_paused("food-618", False).paused
        with pytest.raises(SweepError, match="no sweep 'nope'"):
            store.sweeps.set_paused("nope", True)


class TestRuns:
    def test_state_moves_once_and_only_from_where_it_stands(self, store: Store) -> None:
        store.runs.create(a_run())
        run = a_run().id
        assert store.runs.advance(run, RunState.PLANNED, RunState.FRAMING)
        assert not store.runs.advance(run, RunState.PLANNED, RunState.FRAMING)
        found = store.runs.get(run)
        assert found is not None
        assert found.state is RunState.FRAMING
        with pytest.raises(StorageError, match="stored already"):
            store.runs.create(a_run())

    def test_lists_are_latest_first(self, store: Store) -> None:
        for number, state in enumerate([RunState.FINISHED, RunState.VISITING, RunState.CANCELLED]):
            store.runs.create(a_run(number, sweep=f"s{number % 2}", state=state))
        assert [run.id[-1] for run in store.runs.list()] == ["2", "1", "0"]
        assert [run.id[-1] for run in store.runs.list(1)] == ["2"]
        assert [run.id[-1] for run in store.runs.active()] == ["1"]
        latest = store.runs.latest("s0")
        assert latest is not None
        assert latest.id[-1] == "2"
        assert store.runs.latest("nope") is None

    @pytest.mark.parametrize(
        ("before", "after"),
        [(RunState.ANALYSING, RunState.FINISHED), (RunState.CANCELLED, RunState.CANCELLED)],
    )
    def test_end_keeps_figures_under_any_key(self, store: Store, before: RunState, after: RunState) -> None:
        store.runs.create(a_run(state=before))
        summary = {"platform.example": {"$where": 1, "read": 0.5}, "n": 3}
        store.runs.finish(a_run().id, DAY, summary)
        for _ in range(2):
            excluded = note(NoteCode.WORD_EXCLUDED, stratum="a/\ud800", word="$where", count=2)
            store.runs.note(a_run().id, excluded)
        found = store.runs.get(a_run().id)
        assert found is not None
        assert (found.state, found.finished_at) == (after, DAY)
        assert found.notes == (note(NoteCode.WORD_EXCLUDED, stratum="a/\ufffd", word="$where", count=2),)
        assert store.runs.summary(a_run().id) == summary
        assert store.runs.summary("nope") == {}


class TestFindings:
    def test_numbers_run_on_and_stay(self, store: Store) -> None:
        store.findings.save([a_finding(1), a_finding(2), a_finding(1)], RUN)
        store.findings.save([a_finding(2), a_finding(3)], "later")
        numbers = {found.finding.subject: found.number for found in store.findings.list()}
        assert sorted(numbers.values()) == [1, 2, 3]
        again = store.findings.get(numbers["lingang:2"])
        assert again is not None
        assert (again.first_run, again.runs) == (RUN, (RUN, "later"))
        assert store.findings.get(str(again.number)) == again == store.findings.get(again.finding.id)
        assert store.findings.get("nope") is None
        assert store.findings.get("9" * 40) is None

    def test_later_sighting_moves_last_seen_alone(self, store: Store) -> None:
        store.findings.save([a_finding(1)], RUN)
        later = DAY + timedelta(days=3)
        store.findings.save([a_finding(1, observed_at=later, snapshot="s2", confidence=0.1)], RUN)
        (found,) = store.findings.list()
        assert (found.finding, found.first_seen, found.last_seen) == (a_finding(1), DAY, later)

    def test_corpus_finding_takes_over_what_shows_it_now(self, store: Store) -> None:
        first = a_finding(1, spans=(), window="burst@2026-06-01", evidence_ids=("lingang:r1",))
        signals = (Signal(name="burst_template.rush", value=9.5, reference=(0.0, 0.5, 2.0)),)
        grown = replace(first, evidence_ids=("lingang:r1", "lingang:r2"), signals=signals, confidence=0.1)
        store.findings.save([first], RUN)
        store.findings.save([grown], "later")
        (found,) = store.findings.list()
        assert found.finding == replace(grown, confidence=first.confidence)
        assert found.runs == (RUN, "later")

    def test_weak_finding_made_again_as_a_full_one_is_full_from_then_on(self, store: Store) -> None:
        weak = a_finding(1, weak=True, reason="仅一次采集，须另日再采")
        full = a_finding(1, reason="另日采集仍未见", snapshot="s2")
        store.findings.save([weak], RUN)
        store.findings.save([full], "later")
        store.findings.save([weak], "later still")
        (found,) = store.findings.list()
        assert found.finding == replace(weak, weak=False, reason=full.reason)
        assert (found.number, found.rank, found.first_run) == (1, full.rank, RUN)
        assert full.rank > weak.rank

    def test_pages_cover_the_queue_once_in_order(self, store: Store) -> None:
        findings = [a_finding(number, confidence=(number % 3) / 2) for number in range(25)]
        store.findings.save(findings, RUN)
        seen = []
        page = store.findings.list(limit=4)
        while page:
            seen += page
            page = store.findings.list(limit=4, after=page[-1].cursor)
        expected = sorted(findings, key=lambda finding: (-finding.rank, finding.id))
        assert [found.finding for found in seen] == expected
        assert store.findings.of_run(RUN) == expected
        assert store.findings.of_run("other") == []

    def test_counts_tell_findings_from_subjects(self, store: Store) -> None:
        other = a_finding(1, window="w", spans=())
        store.findings.save([a_finding(1), a_finding(2), other, a_finding(3, rule="LIC")], RUN)
        store.findings.save([a_finding(4)], "later")
        assert store.findings.count_by_rule(RUN) == [
            RuleCount(rule="AD-ABSOLUTE", subject_kind="listing", subjects=2, findings=3),
            RuleCount(rule="LIC", subject_kind="listing", subjects=1, findings=1),
        ]


class TestLeadsAndDecisions:
    def test_lead_grows(self, store: Store) -> None:
        lead = Lead(campaign="C", shop="s:1", findings=("b",), rules=("R",), severity=Severity.LOW)
        more = Lead(campaign="C", shop="s:1", findings=("a", "b"), rules=("Q",), severity=Severity.HIGH)
        store.leads.save([lead])
        store.leads.save([more, more])
        found = Lead(campaign="C", shop="s:1", findings=("a", "b"), rules=("Q", "R"), severity=Severity.HIGH)
        assert store.leads.of_campaign("C") == [found] == [store.leads.get(lead.id)]
        assert store.leads.count("C") == 1

    def test_latest_decision_counts_and_the_others_stay(self, store: Store) -> None:
        decisions = [
            Decision(rule="R", subject="s:1", finding="f", verdict=verdict, decided_by="李", decided_at=at)
            for verdict, at in ((Verdict.UNSURE, DAY), (Verdict.REJECT, DAY + timedelta(hours=1)))
        ]
        for decision in [*decisions, decisions[0]]:
            store.decisions.add(decision)
        assert store.decisions.latest("R", "s:1") == decisions[1]
        assert store.decisions.history("R", "s:1") == decisions[::-1]
        assert store.decisions.latest("R", "s:2") is None


class TestFrameAndCoverage:
    def test_unit_of_two_searches_is_one(self, store: Store) -> None:
        store.frame.save([a_unit(2), a_unit(1), a_unit(1, url="http://shop.example/item/1?from=b", rank=9)])
        store.frame.save([a_unit(3, stratum="a/first")])
        assert [unit.subject for unit in store.frame.units(RUN)] == ["lingang:3", "lingang:1", "lingang:2"]
        assert store.frame.count(RUN) == 3
        assert store.frame.count_by_stratum(RUN) == {"a/first": 1, "lingang/food": 2}

    def test_unit_with_a_negative_word_is_out_of_the_frame_and_counted(self, store: Store) -> None:
        store.frame.save([a_unit(1), a_unit(2, excluded_by="玩具"), a_unit(3, excluded_by="玩具")])
        assert [unit.subject for unit in store.frame.units(RUN)] == ["lingang:1"]
        assert store.frame.excluded(RUN) == {("lingang/food", "玩具"): 2}

    def test_coverage_knows_what_was_read_and_what_not_judged(self, store: Store) -> None:
        store.frontier.plant([a_target(1), a_target(2), a_target(3, kind=PageKind.SHOP), a_target(4)])
        one, two, shop, _ = store.frontier.lease(RUN, owner="a", limit=4, duration=LEASE)
        visits = [
            a_visit(one, not_judged=("LIC: a: b", "LIC: c", "AD: d")),
            a_visit(two, not_judged=("LIC: a: b",), shops=(a_shop(9),)),
            a_visit(shop, listings=(), observations=(), shops=(a_shop(1),)),
        ]
        store.visits.store(visits)
        store.visits.judge(visits)
        assert store.frontier.not_judged(RUN) == {"AD": 1, "LIC": 2}
        assert store.frontier.read_subjects(RUN, PageKind.LISTING) == {"lingang:1", "lingang:2"}
        assert store.frontier.read_subjects(RUN, PageKind.SHOP) == {"lingang:1"}


class TestReviewColumns:
    def stored(self, store: Store, *listings: int) -> None:
        """As many reviews per listing as its number says."""
        reviews = [a_review(f"{n}-{at}", listing=f"lingang:{n}") for n in listings for at in range(n)]
        odd = a_review(
            "odd",
            listing="lingang:0",
            shop="",
            stars=None,
            posted_at=None,
            default_text=True,
            text="此用户没有填写评价",
        )
        store.frontier.plant([a_target(1)])
        (target,) = store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
        store.visits.store([a_visit(target, reviews=(*reviews, odd))])

    def test_frames_are_bounded_and_hold_every_review_once(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.stored(store, 1, 2, 3, 4)
        monkeypatch.setattr("storage.reviews.MAX_BATCH_ROWS", 4)
        assert store.reviews.listings_of(RUN) == [f"lingang:{n}" for n in range(5)]
        found = list(store.reviews.columns(store.reviews.listings_of(RUN)))
        assert [frame.height for frame in found] == [4, 4, 3]
        assert all(frame.schema == SCHEMA for frame in found)
        assert pl.concat(found)["review_id"].n_unique() == 11

    def test_columns_say_what_was_stored(self, store: Store) -> None:
        self.stored(store, 1)
        (frame,) = store.reviews.columns(["lingang:0", "lingang:1"])
        odd, plain = frame.rows(named=True)
        assert (odd["shop"], odd["stars"], odd["posted_at"], odd["default_text"]) == ("", None, None, True)
        assert plain == {
            "review_id": "lingang:1-0",
            "shop": "lingang:1",
            "listing": "lingang:1",
            "user": "",
            "text": "味道不错，回购了",
            "stars": 5,
            "posted_at": DAY,
            "bought_at": None,
            "default_text": False,
            "seller_reply": "",
            "snapshot": odd["snapshot"],
            "seen_at": DAY,
        }
        assert list(store.reviews.columns(["other"])) == []
        assert store.reviews.listings_of("other") == []

    def test_changed_star_leaves_the_one_before(self, store: Store) -> None:
        for run, stars in ((RUN, 1), ("z", 5), ("zz", 5)):
            store.frontier.plant([a_target(1, run=run)])
            (target,) = store.frontier.lease(run, owner="a", limit=1, duration=LEASE)
            store.visits.store([a_visit(target, reviews=(a_review(1, stars=stars),))])
        (review,) = store.reviews.visits_of(["lingang:1"])
        assert (review.stars, review.earlier_stars, review.earlier_text) == (5, 1, review.text)
        assert review.runs == (RUN, "z", "zz")
        assert review.changed_after == DAY


def test_scores_keep_what_stands_over_the_line(store: Store) -> None:
    def table(**scores: float) -> pl.DataFrame:
        rows = [(key, score, 3, 9) for key, score in scores.items()]
        return pl.DataFrame(rows, schema=["key", "score", "flagged", "reviews"], orient="row")

    store.scores.save(table(a=0.9, b=0.6, c=0.1), "listing", DAY)
    assert [found["key"] for found in store.scores.top("listing")] == ["a", "b"]
    store.scores.save(table(a=0.2, b=0.7), "listing", DAY)
    assert store.scores.of("listing", "a") is None
    assert store.scores.of("listing", "b") == {
        "key": "b", "kind": "listing", "score": 0.7, "flagged": 3, "reviews": 9, "judged_at": DAY
    }  # fmt: skip


def test_a_snapshot_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    first, other = (a_snapshot(a_target(number)) for number in (1, 2))
    store.snapshots.save([first, other])
    assert store.snapshots.beginning(first.id[:12]) == first
    assert store.snapshots.beginning(first.id) == first
    for unusable in (first.id[:4], f"{first.id[:11]}.", "$where", ""):
        assert store.snapshots.beginning(unusable) is None
