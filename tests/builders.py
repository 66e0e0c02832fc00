"""Builders give defaults; a test states only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from domain.snapshot import Snapshot, WarcRef
from domain.subjects import Listing, Review, Shop
from domain.sweep import Sweep
from domain.target import PageKind, Target
from domain.visit import Visit

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def a_listing(**changes: Any) -> Listing:
    return Listing(
        **{"platform": "p", "item_id": "1", "url": "http://h/1", "title": "棉布衬衫", "shop": "p:s1"}
        | changes
    )


def a_shop(**changes: Any) -> Shop:
    defaults: dict[str, Any] = {"platform": "p", "shop_id": "s1", "url": "http://h/s1", "name": "某店"}
    return Shop(**defaults | changes)


def a_review(**changes: Any) -> Review:
    defaults: dict[str, Any] = {"review_id": "r1", "listing": "p:1", "shop": "p:s1", "text": "不错"}
    return Review(**{"platform": "p"} | defaults | changes)


def a_target(**changes: Any) -> Target:
    defaults: dict[str, Any] = {
        "run": "r",
        "url": "http://h/1",
        "kind": PageKind.LISTING,
        "platform": "p",
        "host": "h",
    }
    return Target(**defaults | changes)


def a_snapshot(**changes: Any) -> Snapshot:
    defaults: dict[str, Any] = {
        "run": "r",
        "target": "t",
        "attempt": 0,
        "url": "http://h/1",
        "final_url": "http://h/1",
        "status": 200,
        "payload_digest": "0" * 64,
        "payload_bytes": 1,
        "warc": WarcRef(file="r/a.warc.gz", offset=0, length=1),
        "request_started_at": NOW,
        "fetched_at": NOW,
    }
    return Snapshot(**defaults | changes)


def a_visit(**changes: Any) -> Visit:
    defaults: dict[str, Any] = {"target": a_target(), "snapshots": (a_snapshot(),)}
    return Visit(**defaults | changes)


def a_sweep(**changes: Any) -> Sweep:
    written: dict[str, Any] = {
        "name": "weekly",
        "title": "每周监测",
        "campaign": {"code": "c", "name": "专项行动"},
        "platforms": [{"platform": "lingang", "base_url": "http://h", "adapter": "lingang"}],
        "categories": ["FOOD"],
    }
    return Sweep.model_validate(written | changes)
