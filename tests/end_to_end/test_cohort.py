"""Flagged listings are visited again: still up, gone, put up again under another number, price moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crawlers.runner import start_run
from domain.finding import Finding
from domain.revisit import Fate
from domain.subjects import Observation
from netsword.run import resume_run
from settings import Settings
from storage.store import Store
from storage.subjects import Sighting
from tests.builders import a_listing, a_sweep
from tests.loopback import Handler, Site, serving
from tests.storage.builders import a_run

pytestmark = [pytest.mark.mongo, pytest.mark.slow]

BEFORE = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = """<!doctype html><html><head><title>{title}</title><script type="application/ld+json">
{{"@context": "https://schema.org", "@type": "Product", "name": "{title}", "sku": "{sku}",
"offers": {{"@type": "Offer", "price": "{price}", "priceCurrency": "CNY",
"availability": "https://schema.org/InStock"}}}}</script></head><body><h1>{title}</h1>
<div class="price">¥{price}.00</div><button>加入购物车</button></body></html>"""


@contextmanager
def a_shop(pages: dict[str, str]) -> Iterator[str]:
    class Shop(Handler):
        def respond(self) -> None:
            body = pages.get(self.path)
            if body is None:
                self.send_error(404)
                return
            self.answer(body)

    with serving(Site(Shop)) as site:
        yield site.url


def flag(store: Store, site: str, item: str, *, price: str, title: str = "山参") -> None:
    """A listing that an earlier run saw, with a finding."""
    url = f"{site}/{item}"
    listing = a_listing(platform="small", item_id=item, url=url, title=title, shop="small:s1")
    store.listings.save([(listing, Sighting(run="R0", snapshot="s0", seen_at=BEFORE))])
    seen = Observation(
        subject=listing.key, snapshot="s0", target=f"t-{item}", observed_at=BEFORE, price=Decimal(price)
    )
    store.observations.save([(seen, "R0")])
    finding = Finding(
        rule="X-1", subject=listing.key, subject_kind="listing", snapshot="s0", observed_at=BEFORE, window="w"
    )
    store.findings.save([finding], "R0")


@pytest.mark.long
def test_flagged_listings_are_followed(store: Store, store_settings: Settings) -> None:
    pages: dict[str, str] = {}
    with a_shop(pages) as site:
        store.runs.create(a_run(1, id="R0", sweep="first", campaign="wj"))
        for item in ("up", "gone"):
            flag(store, site, item, price="100")
        pages["/up"] = PAGE.format(title="山参", sku="up", price="80")
        new = a_listing(platform="small", item_id="again", url=f"{site}/again", title="山参", shop="small:s1")
        later = BEFORE + timedelta(days=1)
        store.listings.save([(new, Sighting(run="R0", snapshot="s1", seen_at=later))])
        sweep = a_sweep(
            name="follow",
            categories=[],
            platforms=[{"platform": "small", "base_url": site, "profile": "schema-org"}],
            cohort={"of": "wj", "findings": "open"},
            private_hosts=[site.removeprefix("http://")],
            politeness={"delay_s": 0, "concurrency": 4},
            budget={"review_pages": 0},
        )

        def follow() -> dict[str, tuple[Fate, Decimal | None, tuple[str, ...]]]:
            now = datetime.now(UTC)
            run = start_run(store, store.sweeps.save(sweep, saved_at=now), now=now)
            assert resume_run(store, store_settings, run, workers=1) in (0, 3)
            return {
                each.listing: (each.fate, each.price_moved, each.relisted_as)
                for each in store.revisits.of_run(run.id)
            }

        assert follow() == {
            "small:gone": (Fate.GONE, None, ("small:again",)),
            "small:up": (Fate.STILL_UP, Decimal(-20), ()),
        }
        pages["/gone"] = PAGE.format(title="山参", sku="gone", price="90")
        assert follow() == {
            "small:gone": (Fate.RELISTED, Decimal(-10), ()),
            "small:up": (Fate.STILL_UP, Decimal(0), ()),
        }


def test_cohort_holds_what_its_findings_came_to(store: Store) -> None:
    store.runs.create(a_run(1, id="R0", sweep="first", campaign="wj"))
    for item in ("a", "b"):
        flag(store, "http://small.example", item, price="1")
    assert store.revisits.flagged("wj", statuses=["new"], limit=10) == ["small:a", "small:b"]
    assert store.revisits.flagged("first", statuses=["new"], limit=1) == ["small:a"]
    assert store.revisits.flagged("wj", statuses=["new"], rules=["X-2"], limit=10) == []
    assert store.revisits.flagged("wj", statuses=["confirmed"], limit=10) == []
    assert store.revisits.flagged("another", statuses=["new"], limit=10) == []
