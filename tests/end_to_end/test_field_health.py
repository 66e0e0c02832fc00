"""A platform that changes its layout is told from one that blocks and from one that has nothing."""

from datetime import UTC, datetime

import pytest

from crawlers.runner import crawl, start_run
from domain.sweep import Sweep
from domain.target import PageKind
from netsword.demo import demo_sweep, marketplace
from netsword.run import finish
from reports.document import Remarks
from reports.health import Health
from reports.run_document import run_document
from reports.run_report import run_report
from reports.run_summary import summarise
from rules.loader import load_catalogue
from tests.end_to_end.market import SEED
from tests.end_to_end.relayout import a_new_layout

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


_SHOP = ("--shops", "20", "--listings", "300", "--no-faults")
_NOTHING = '<html><body><p class="no-goods">没有找到商品</p></body></html>'
_LOGIN = (
    "<html><head><title>登录</title></head><body>请先登录<form><input type=password></form></body></html>"
)


@pytest.fixture(scope="module")
def market():
    with marketplace(SEED, *_SHOP, platforms=("guanshan",)) as running:
        yield running


@pytest.mark.parametrize(
    ("changes", "answers", "expected", "said"),
    [
        ({}, {}, set(), ""),
        (
            {'class="amount"': 'class="cost"'},
            {},
            {(PageKind.LISTING, "price", Health.BROKEN), (PageKind.SEARCH, "price", Health.BROKEN)},
            "guanshan listing price: broken (found on 0 of 25 pages, expected 85%",
        ),
        pytest.param(
            {'class="tiles"': 'class="grid"'},
            {},
            {(PageKind.SEARCH, "cards", Health.BROKEN)},
            "guanshan search cards: broken (found on 0 of 3 pages",
            marks=pytest.mark.long,
        ),
        (
            {},
            {"/search": (200, _NOTHING)},
            {(PageKind.SEARCH, "cards", Health.ZERO)},
            "guanshan search cards: zero (found on 0 of 3 pages",
        ),
        (
            {},
            {"/p/": (403, "no")},
            {(PageKind.LISTING, "pages", Health.BLOCKED)},
            "guanshan listing: blocked (25 of 25 pages were refused",
        ),
        pytest.param(
            {},
            {"/p/": (200, _LOGIN)},
            {(PageKind.LISTING, "pages", Health.BLOCKED)},
            "guanshan listing: blocked (25 of 25 pages were refused",
            marks=pytest.mark.long,
        ),
    ],
    ids=["well", "price-moved", "list-moved", "really-zero", "refused", "login-wall"],
)
def test_blocked_broken_and_really_zero_are_told_apart_at_the_end_of_a_run(
    market, store, store_settings, capsys, changes, answers, expected, said
):
    with a_new_layout(market.url, changes, answers) as url:
        sweep = demo_sweep({"guanshan": url}, listings=25, seed=SEED).model_dump(mode="json")
        sweep |= {
            "name": "health",
            "detectors": ["advertising"],
            "categories": ["FOOD"],
            "coverage_floor": 0.0,
        }
        now = datetime.now(UTC)
        run = start_run(store, store.sweeps.save(Sweep.model_validate(sweep), now), now=now)
        assert (result := crawl(store, run.id, store_settings)).clean
    assert finish(store, store_settings, run.id, result) == 0
    alarms = summarise(store, run, load_catalogue()).alarms
    assert {(row.kind, row.field, row.health) for row in alarms} == expected
    assert ("ALARM" in (told := " ".join(capsys.readouterr().out.split()))) is bool(expected)
    assert said in told
    report = run_report(store, run.id)
    document = run_document(report, language="en")
    remarks = [line for block in document.blocks if isinstance(block, Remarks) for line in block.items]
    assert all(any(said in line for line in remarks) for _ in expected)
