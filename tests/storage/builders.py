"""Builders with defaults: a test states only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from domain.finding import Finding, LegalBasis, Span
from domain.run import Run, RunState
from domain.snapshot import Snapshot, WarcRef
from domain.subjects import Listing, Observation, Review, Shop
from domain.sweep import Sweep
from domain.target import FrameUnit, PageKind, Target
from domain.visit import Visit

RUN = "01K0000000000000000000RUN1"
DAY = datetime(2026, 6, 18, 4, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)


def a_target(number: int = 1, **changes: Any) -> Target:
    host = changes.get("host", "shop.example")
    target = Target(
        run=RUN,
        url=f"http://{host}/item/{number}",
        kind=PageKind.LISTING,
        platform="lingang",
        host=host,
        stratum="lingang/food",
        position=number,
    )
    return replace(target, **changes)


def a_snapshot(target: Target, *, body: str = "page", **changes: Any) -> Snapshot:
    snapshot = Snapshot(
        run=target.run,
        target=target.id,
        attempt=target.attempts,
        url=target.url,
        final_url=target.url,
        status=200,
        payload_digest=sha256(body.encode()).hexdigest(),
        payload_bytes=len(body),
        warc=WarcRef(file="2026/a.warc.gz", offset=10, length=200),
        request_started_at=DAY,
        fetched_at=DAY,
    )
    return replace(snapshot, **changes)


def a_listing(number: int | str = 1, **changes: Any) -> Listing:
    listing = Listing(
        platform="lingang",
        item_id=str(number),
        url=f"http://shop.example/item/{number}",
        title="手工黑糖 500克",
        price=Decimal("19.90"),
        attributes=(("产地", "云南"), ("净含量", "500克")),
        images=("http://shop.example/1.jpg",),
    )
    return replace(listing, **changes)


def a_shop(number: int | str = 1, **changes: Any) -> Shop:
    shop = Shop(
        platform="lingang", shop_id=str(number), url=f"http://shop.example/s/{number}", name="老街糖坊"
    )
    return replace(shop, **changes)


def a_review(number: int | str = 1, **changes: Any) -> Review:
    review = Review(
        platform="lingang",
        review_id=str(number),
        listing="lingang:1",
        shop="lingang:1",
        text="味道不错，回购了",
        stars=5,
        posted_at=DAY,
    )
    return replace(review, **changes)


def a_unit(number: int = 1, **changes: Any) -> FrameUnit:
    unit = FrameUnit(
        run=RUN,
        url=f"http://shop.example/item/{number}",
        platform="lingang",
        stratum="lingang/food",
        category="food",
        subject=f"lingang:{number}",
        rank=number,
    )
    return replace(unit, **changes)


def a_finding(number: int = 1, **changes: Any) -> Finding:
    finding = Finding(
        rule="AD-ABSOLUTE",
        subject=f"lingang:{number}",
        subject_kind="listing",
        snapshot="s1",
        observed_at=DAY,
        spans=(Span(field="title", start=0, end=2, quote="最佳"),),
        basis=(LegalBasis(law="中华人民共和国广告法", article="第九条第（三）项", valid_from=DAY.date()),),
        shop="lingang:1",
    )
    return replace(finding, **changes)


def a_visit(target: Target, *, body: str = "page", **changes: Any) -> Visit:
    """A listing page as the pipelines hand it over: one listing, its sighting and its snapshot."""
    snapshot = a_snapshot(target, body=body)
    listing = a_listing(target.url.rsplit("/", 1)[-1])
    visit = Visit(
        target=target,
        snapshots=(snapshot,),
        listings=(listing,),
        observations=(
            Observation.of(listing, snapshot=snapshot.id, target=target.id, observed_at=snapshot.fetched_at),
        ),
    )
    return replace(visit, **changes)


def a_run(number: int = 1, **changes: Any) -> Run:
    run = Run(
        id=f"01K000000000000000000000{number:02d}",
        sweep="food-618",
        sweep_version=1,
        campaign="C618",
        state=RunState.PLANNED,
        seed=1,
        started_at=DAY,
    )
    return replace(run, **changes)


def a_sweep(**changes: Any) -> Sweep:
    written: dict[str, Any] = {
        "name": "food-618",
        "title": "食品专项监测",
        "campaign": {"code": "C618", "name": "网剑行动"},
        "platforms": [{"platform": "lingang", "base_url": "http://shop.example", "profile": "lingang"}],
        "categories": ["food"],
    }
    return Sweep.model_validate(written | changes)
