"""Real product pages, served over HTTP, crawled with the generic profile end to end into the store."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.runner import crawl, start_run
from domain.target import FINAL_STATES, Outcome, PageKind, outcome_of
from evidence.warc import verify
from settings import Settings
from storage.store import Store
from tests.builders import a_sweep
from tests.shared_data import shared

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


@contextmanager
def serving(folder: Path, pages: dict[str, dict[str, str]]) -> Iterator[str]:
    class Captures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.strip("/"))
            if page is None:
                self.send_error(404)
                return
            body = gzip.decompress((folder / page["file"]).read_bytes())
            self.send_response(200)
            self.send_header("Content-Type", f"text/html; charset={page['charset']}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Captures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_captured_product_pages_go_into_the_store(store: Store, store_settings: Settings) -> None:
    folder = shared("data/pages")
    rows = map(json.loads, (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines())
    pages = {row["id"]: row for row in rows if row["kind"] == "product"}
    with serving(folder, pages) as site:
        sweep = a_sweep(
            name="captures",
            platforms=[{"platform": "captures", "base_url": site, "profile": "schema-org"}],
            categories=[],
            start_urls=[f"{site}/{name}" for name in pages],
            private_hosts=[site.removeprefix("http://")],
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
