"""The main job on a shop from outside: a sweep with a site profile over a running django-oscar."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.runner import crawl, start_run
from domain.target import Outcome, PageKind, outcome_of
from evidence.warc import verify
from pipelines.analyse import analyse
from settings import Settings
from storage.store import Store
from tests.builders import a_sweep
from tests.external.oscar.catalogue import SALES, rows

pytestmark = [pytest.mark.mongo, pytest.mark.slow]
URL_FILE = Path(__file__).parents[2] / "var/external/oscar-url"
WORDS = ("套装", "礼盒", "四件套", "茶", "种子", "象牙", "电鱼机", "百草枯", "摄像头", "耳机", "弓", "帐篷")


def test_sweep_over_django_oscar(store: Store, store_settings: Settings) -> None:
    if not URL_FILE.is_file():
        pytest.skip("no test shop: make check-all starts one")
    site = URL_FILE.read_text(encoding="ascii").strip()
    sweep = a_sweep(
        name="oscar",
        platforms=[{"platform": "dongli", "base_url": site, "profile": "django-oscar"}],
        categories=["HOMEGOODS"],
        keywords={"HOMEGOODS": list(WORDS)},
        design={"kind": "census"},
        private_hosts=[urlsplit(site).netloc],
        politeness={"delay_s": 0, "concurrency": 4},
    )
    now = datetime.now(UTC)
    run = start_run(store, store.sweeps.save(sweep, saved_at=now), now=now)
    assert crawl(store, run.id, store_settings).clean
    analyse(store, run, sweep, now=now)

    wanted = {row[3] for row in rows() if any(word in row[3] for word in WORDS)}
    listings = {seen.subject.title: seen.subject for seen in store.listings.of_run(run.id)}
    outcomes = {outcome_of(row.state, row.reason) for row in store.frontier.counts(run.id)}
    print(
        f"\n{len(listings)} listings read, {store.reviews.count(run.id)} reviews, outcomes {sorted(outcomes)}"
    )
    assert set(listings) == wanted, "a census reads every listing that the words find, and no other"
    assert outcomes <= {Outcome.READ, Outcome.EMPTY}
    assert all(listing.price is not None for listing in listings.values())

    planted = {title for _, title, _, _ in SALES}
    flagged = {store.listings.get(found.subject) for found in store.findings.of_run(run.id) if found.spans}
    titles = {listing.title for listing in flagged if listing}
    print(f"flagged {sorted(titles)}; missed {sorted(planted - titles)}")
    assert titles <= planted, "nothing ordinary is flagged"
    assert len(titles) >= len(planted) - 1
    for snapshot in store.snapshots.of_run(run.id):
        verify(store_settings.evidence_dir, snapshot)
    assert store.frontier.read_subjects(run.id, PageKind.LISTING) == {one.key for one in listings.values()}
