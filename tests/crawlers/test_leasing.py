import asyncio
from datetime import timedelta

import pytest

from crawlers.leasing import Leases, Plan
from crawlers.settling import Settler
from evidence.warc import WarcArchive
from tests.crawlers.crawling import RUN, Crawl

pytestmark = pytest.mark.mongo

LEASE = timedelta(seconds=0.9)


@pytest.fixture
def crawl(store, mongo_uri, tmp_path) -> Crawl:
    return Crawl(store, mongo_uri, tmp_path, "http://shop.example")


@pytest.fixture
def leases(crawl, tmp_path):
    crawl.plant(*(f"/listing/{number}" for number in range(20)))
    plan = Plan(run=RUN, sweep=crawl.sweep(), owner="test/1/0", lease=LEASE, in_flight=4)
    with WarcArchive(tmp_path, RUN, writer_id="w", software="s") as archive:
        yield Leases(crawl.store, Settler(crawl.store, archive), plan)


async def take(leases: Leases, number: int) -> list:
    taken = []
    async for target in leases.targets():
        taken.append(target)
        if len(taken) == number:
            return taken
    return taken


def test_no_more_is_held_than_planned(crawl, leases):
    asyncio.run(take(leases, 4))
    assert crawl.store.frontier.open_count(RUN).leased == 4


def test_lease_of_a_slow_page_is_kept_alive(crawl, leases):
    async def work() -> None:
        await take(leases, 4)
        renewing = asyncio.create_task(leases.keep_alive())
        await asyncio.sleep(LEASE.total_seconds() * 2)
        renewing.cancel()

    asyncio.run(work())
    others = crawl.store.frontier.lease(RUN, owner="test/2/0", limit=100, duration=LEASE)
    assert len(others) == 16


def test_what_was_not_finished_is_given_back_at_once(crawl, leases):
    async def work() -> None:
        await take(leases, 4)
        await leases.release()

    asyncio.run(work())
    assert crawl.store.frontier.open_count(RUN).planned == 20


def test_room_comes_free_when_targets_are_through(leases):
    async def work() -> list[str]:
        seen = []
        async for target in leases.targets():
            seen.append(target.url)
            leases.done(target)
            if len(seen) == 12:
                return seen
        return seen

    assert len(set(asyncio.run(work()))) == 12
