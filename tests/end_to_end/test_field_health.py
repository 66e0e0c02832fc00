"""A platform that changes its layout is told from one that blocks and from one that has nothing."""

from datetime import UTC, datetime

import pytest

from crawlers.runner import crawl, start_run
from domain.sweep import Sweep
from domain.target import PageKind
from netsword.demo import demo_sweep, marketplace
from netsword.run import finish
from reports.health import Health
from reports.run_summary import summarise
from rules.loader import load_catalogue
from tests.end_to_end.market import SEED
from tests.end_to_end.relayout import a_new_layout

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


def test_selector_that_a_new_layout_breaks_is_an_alarm_in_the_runs_summary(store, store_settings, capsys):
    shop = ("guanshan",)
    options = ("--shops", "20", "--listings", "300", "--no-faults")
    with (
        marketplace(SEED, *options, platforms=shop) as market,
        a_new_layout(market.url, {'class="amount"': 'class="cost"'}) as url,
    ):
        sweep = demo_sweep({"guanshan": url}, listings=25, seed=SEED)
        sweep = Sweep.model_validate(sweep.model_dump(mode="json") | {"detectors": ["advertising"]})
        now = datetime.now(UTC)
        run = start_run(store, store.sweeps.save(sweep, now), now=now)
        assert (result := crawl(store, run.id, store_settings)).clean
    assert finish(store, store_settings, run.id, result) == 0
    alarms = summarise(store, run, load_catalogue()).alarms
    found = {(row.kind, row.field): row for row in alarms}
    assert set(found) == {(PageKind.LISTING, "price"), (PageKind.SEARCH, "price")}
    price = found[PageKind.LISTING, "price"]
    assert (price.platform, price.health, price.found, price.of) == ("guanshan", Health.BROKEN, 0, 25)
    said = "guanshan listing price: broken (found on 0 of 25 pages, expected 85%"
    assert said in " ".join(capsys.readouterr().out.split())
