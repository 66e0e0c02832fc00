"""First pipeline: bounds on what strangers wrote. What is cut or taken out is named on the visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.subjects import Listing, Review, Shop
from domain.visit import Visit

MAX_TITLE = 1_000
MAX_TEXT = 200_000
MAX_ROWS = 500
MAX_PRICE = Decimal(10) ** 12
SHORT_TEXTS = ("deposit", "price_label", "list_price_label", "sku")
# A clock a day ahead is a time-zone slip; more than that is no time at all.
CLOCK_SLACK = timedelta(days=1)


class Validate:
    """Clips long texts and lists, and takes out values that cannot be: negative prices, stars of 6."""

    async def process_item(self, item: Visit) -> Visit:
        """The visit with every subject inside its bounds."""
        item.listings = tuple(self._listing(listing, item) for listing in item.listings)
        item.shops = tuple(self._shop(shop, item) for shop in item.shops)
        item.reviews = tuple(self._review(review, item) for review in item.reviews)
        return item

    def _listing(self, listing: Listing, visit: Visit) -> Listing:
        changes = _clip(listing, visit, title=MAX_TITLE, description=MAX_TEXT, promotion=MAX_TITLE)
        changes |= _clip(listing, visit, **dict.fromkeys(SHORT_TEXTS, MAX_TITLE))
        changes |= _rows(listing, visit, "attributes", "services", "images", "category_path", "prices")
        for name in ("price", "price_low", "price_high", "list_price"):
            price = getattr(listing, name)
            if price is not None and not _is_price(price):
                changes[name] = None
                visit.dropped.append(f"{listing.key} {name}: {price} is no price")
        prices = changes.get("prices", listing.prices)
        if not all(_is_price(price) for _, price in prices):
            changes["prices"] = tuple(pair for pair in prices if _is_price(pair[1]))
            visit.dropped.append(f"{listing.key} prices: some are no prices")
        return replace(listing, **changes)

    def _shop(self, shop: Shop, visit: Visit) -> Shop:
        return replace(shop, **_clip(shop, visit, name=MAX_TITLE, page_text=MAX_TEXT))

    def _review(self, review: Review, visit: Visit) -> Review:
        changes = _clip(review, visit, text=MAX_TEXT, appended=MAX_TEXT, seller_reply=MAX_TEXT)
        if review.stars is not None and not 1 <= review.stars <= 5:
            changes["stars"] = None
            visit.dropped.append(f"{review.key} stars: {review.stars} is outside 1..5")
        latest = max((snapshot.fetched_at for snapshot in visit.snapshots), default=None)
        if review.posted_at and latest and review.posted_at > latest + CLOCK_SLACK:
            changes["posted_at"] = None
            visit.dropped.append(f"{review.key} posted_at: {review.posted_at.isoformat()} lies in the future")
        return replace(review, **changes)


def _is_price(price: Decimal) -> bool:
    return price.is_finite() and 0 <= price < MAX_PRICE


def _clip(subject: Listing | Shop | Review, visit: Visit, **bounds: int) -> dict[str, Any]:
    long = {name: bound for name, bound in bounds.items() if len(getattr(subject, name)) > bound}
    for name, bound in long.items():
        visit.dropped.append(f"{subject.key} {name}: cut after {bound} characters")
    return {name: getattr(subject, name)[:bound] for name, bound in long.items()}


def _rows(listing: Listing, visit: Visit, *names: str) -> dict[str, Any]:
    long = [name for name in names if len(getattr(listing, name)) > MAX_ROWS]
    visit.dropped.extend(f"{listing.key} {name}: cut after {MAX_ROWS} rows" for name in long)
    return {name: getattr(listing, name)[:MAX_ROWS] for name in long}
