"""A small marketplace and a sweep over it, for tests that run the whole product."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.sweep import Sweep
from netsword.demo import Marketplace, demo_sweep, marketplace

SEED = 7


@contextmanager
def a_marketplace(*options: str) -> Iterator[Marketplace]:
    with marketplace(SEED, "--shops", "40", "--listings", "600", *options) as market:
        yield market


def a_sweep(market: Marketplace, *, listings: int = 60, **changes) -> Sweep:
    sweep = demo_sweep(market.urls, listings=listings, seed=SEED)
    return Sweep.model_validate(sweep.model_dump(mode="json") | changes)
