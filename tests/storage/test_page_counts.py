"""What pages showed is counted per platform and kind, and per stratum of the searches."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.target import PageKind, Reason, TargetState
from storage.frontier import Settlement
from tests.storage.builders import RUN, a_target, a_visit

pytestmark = pytest.mark.mongo


def settled(store, targets, visits=(), ends=()):
    store.frontier.plant(targets)
    held = {target.id: target for target in _leased(store)}
    found = [replace(visit, target=held[visit.target.id]) for visit in visits]
    store.visits.store(found)
    store.visits.judge(found)
    store.frontier.settle([replace(end, target=held[end.target.id]) for end in ends])


def _leased(store):
    return store.frontier.lease(RUN, owner="o", limit=50, duration=timedelta(minutes=1))


def a_search(number: int, position: int = 0, **changes):
    return a_target(number, kind=PageKind.SEARCH, position=position, **changes)


def test_searches_add_up_first_pages_and_all_cards(store):
    pages = [a_search(1), a_search(2, 1), a_search(3), a_search(4, stratum="lingang/silent")]
    shown = [(40, 1_000_000), (60, 1_000_000), (9, 9), (5, None)]
    visits = [
        replace(a_visit(page), listings=(), observations=(), cards=cards, reported=reported)
        for page, (cards, reported) in zip(pages, shown, strict=True)
    ]
    settled(store, pages, visits)
    food, silent = store.pages.searches(RUN)
    assert (food.searches, food.saying, food.reported, food.cards) == (2, 2, 1_000_009, 109)
    assert (silent.searches, silent.saying, silent.cards) == (1, 0, 5)


def test_fields_are_counted_apart_from_blocked_and_unreadable_pages(store):
    targets = [a_target(n) for n in range(1, 6)]
    visits = [
        replace(a_visit(targets[0]), missing_fields=("price", "stock")),
        replace(a_visit(targets[1]), missing_fields=("price",), reason=Reason.EMPTY),
    ]
    ends = [
        Settlement(
            target=targets[2], state=TargetState.FAILED, reason=Reason.EXTRACTION, detail="title: x: y"
        ),
        Settlement(target=targets[3], state=TargetState.BLOCKED, reason=Reason.CAPTCHA),
        Settlement(target=targets[4], state=TargetState.FAILED, reason=Reason.TIMEOUT, detail="price: no"),
    ]
    settled(store, targets, visits, ends)
    (row,) = store.pages.fields(RUN)
    assert (row.read, row.empty, row.blocked) == (2, 1, 1)
    assert (row.missing, row.unreadable) == ({"price": 2, "stock": 1}, {"title": 1})
