"""Real product pages, served over HTTP, crawled with the generic profile end to end into the store."""

import gzip
import json
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.runner import crawl, start_run
from domain.target import FINAL_STATES, Outcome, PageKind, outcome_of
from evidence.warc import verify
from settings import Settings
from storage.store import Store
from tests.builders import a_sweep
from tests.loopback import Handler, Site, serving
from tests.shared_data import shared

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


def captured(folder: Path, pages: dict[str, dict[str, str]]) -> AbstractContextManager[Site]:
    class Captures(Handler):
        def respond(self) -> None:
            page = pages.get(self.path.strip("/"))
            if page is None:
                self.send_error(404)
                return
            body = gzip.decompress((folder / page["file"]).read_bytes())
            self.answer(body, f"text/html; charset={page['charset']}")

    return serving(Site(Captures))


def test_captured_product_pages_go_into_the_store(store: Store, store_settings: Settings) -> None:
    folder = shared("data/pages")
    rows = map(json.loads, (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines())
    pages = {row["id"]: row for row in rows if row["kind"] == "product"}
    with captured(folder, pages) as site:
        sweep = a_sweep(
            name="captures",
            platforms=[{"platform": "captures", "base_url": site.url, "profile": "schema-org"}],
            categories=[],
            start_urls=[f"{site.url}/{name}" for name in pages],
            private_hosts=[site.host],
            politeness={"delay_s": 0, "concurrency": 8},
            budget={"review_pages": 0},
        )
        now = datetime.now(UTC)
        run = start_run(store, store.sweeps.save(sweep, saved_at=now), now=now).id
        assert crawl(store, run, store_settings).clean
    counts = [row for row in store.frontier.counts(run) if row.kind is PageKind.LISTING]
    assert {row.state for row in counts} <= set(FINAL_STATES)
    assert sum(row.count for row in counts) == len(pages)
    read = sum(row.count for row in counts if outcome_of(row.state, row.reason) is Outcome.READ)
    # The rest are recorded with a reason; a page without a heading of any kind cannot be read.
    assert read >= 0.9 * len(pages)
    listings = [seen.subject for seen in store.listings.of_run(run)]
    assert len(listings) == read
    assert all(listing.title for listing in listings)
    snapshots = list(store.snapshots.of_run(run))
    assert len(snapshots) >= len(pages)
    for snapshot in snapshots:
        verify(store_settings.evidence_dir, snapshot)
