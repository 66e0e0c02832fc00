"""Corpus findings as a run leaves them: a price history, a campaign of reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from console.desk import Desk
from domain.finding import Signal
from domain.subjects import Observation
from storage.subjects import Sighting
from tests.console.people import plant
from tests.storage.builders import DAY, RUN, a_listing, a_review

TEXTS = [f"质量很好物流很快，第{n}次购买了，家里人都说喜欢" for n in "一二三四五六"]


def price_history(desk: Desk, **shown: Any) -> tuple[str, ...]:
    """Prices that were raised a week before a promotion and cut back in it; the ids of the sightings."""
    sights = []
    for day in (-36, -30, -24, -6, -4, -2, -1, 0.5, 1.5):
        price = "99" if day > 0 else "160" if day > -7 else "100"
        cut = {"list_price": Decimal(160), "list_price_label": "原价", "promotion": "618"} if day > 0 else {}
        listing = a_listing(price=Decimal(price), **{**cut, **shown})
        at = DAY + timedelta(days=day)
        source = "价格台账" if day < 0 else ""
        seen = Observation.of(listing, snapshot=f"s{day}", target="t", observed_at=at)
        sights.append(replace(seen, source=source))
    desk.store.observations.save([(one, RUN) for one in sights])
    return tuple(sorted(one.id for one in sights))


def a_price_finding(desk: Desk, **changes: Any) -> None:
    shown = {
        "rule": "PRICE-FAKE-DISCOUNT",
        "spans": (),
        "detector": "pricing/1",
        "window": "raised_then_cut@DRAGON-BOAT-2026",
    }
    signals = (Signal(name="price.raised", value=160.0, reference=(100.0,)),)
    plant(desk.store, 1, evidence_ids=price_history(desk), signals=signals, **shown | changes)


def a_campaign(
    desk: Desk, texts: list[str], *, number: int = 1, nickname: str = "快乐的小猫", **changes: Any
) -> None:
    """Reviews of one day by accounts that also wrote together under another listing."""
    seen = Sighting(run=RUN, snapshot="s", seen_at=DAY)
    reviews = [
        a_review(
            place, text=text, user=f"u{place}", nickname=nickname, posted_at=DAY + timedelta(hours=place)
        )
        for place, text in enumerate(texts)
    ]
    others = [replace(one, review_id=f"o{one.review_id}", listing="lingang:2") for one in reviews]
    honest = [a_review(f"h{day}", posted_at=DAY - timedelta(days=day)) for day in range(1, 40, 3)]
    desk.store.reviews.save([(one, seen) for one in (*reviews, *others, *honest)])
    desk.store.listings.save([(a_listing(2, title="第二件商品"), seen)])
    keys = tuple(sorted(one.key for one in reviews))
    plant(desk.store, number, rule="REVIEW-BURST", spans=(), evidence_ids=keys, window="burst@x", **changes)
