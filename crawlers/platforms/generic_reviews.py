"""Reviews that a product page tells machines 评价: schema.org Review, as JSON-LD or microdata.

Names are masked before anything is made of them. What no person sees on the page is still read, since pages
load reviews late, and the contradiction is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from crawlers.platforms.embedded import Embedded, Node, plain_texts, types_of
from crawlers.platforms.parse import decimal_of, masked, masked_nickname, moment_of
from domain.identity import digest_of
from domain.subjects import Review

_MOST = 300
_BEST = Decimal(5)
_PROBE = 40


def reviews_of(embedded: Embedded, *, platform: str, listing: str, shop: str) -> tuple[Review, ...]:
    """Reviews in document order, equal ones once."""
    found: dict[str, Review] = {}
    for node in _nodes(embedded):
        review = _review(node, platform, listing, shop)
        if review is not None and len(found) < _MOST:
            found.setdefault(review.review_id, review)
    return tuple(found.values())


def shown_in(reviews: tuple[Review, ...], folded: str) -> int:
    """How many of the reviews a person finds on the page, by the beginning of their text."""
    return sum(review.text[:_PROBE].lower() in folded for review in reviews)


def _nodes(embedded: Embedded) -> Iterator[Node]:
    for node in (*embedded.jsonld_nodes, *embedded.microdata_nodes):
        if "review" in types_of(node, folded=True):
            yield node
        for key in ("review", "reviews"):
            inner = node.get(key)
            for each in inner if isinstance(inner, list) else [inner]:
                if isinstance(each, dict):
                    yield each


def _review(node: Node, platform: str, listing: str, shop: str) -> Review | None:
    text = masked(_first(node, "reviewBody", "description"))
    stars, nickname = _stars(node.get("reviewRating")), masked_nickname(_first(node, "author"))
    if not text and stars is None:
        return None
    posted = _first(node, "datePublished", "dateCreated")
    return Review(
        platform=platform,
        review_id=digest_of(listing, text, posted, nickname)[:32],
        listing=listing,
        shop=shop,
        text=text,
        stars=stars,
        posted_at=moment_of(posted) if posted else None,
        nickname=nickname,
    )


def _first(node: Node, *keys: str) -> str:
    for key in keys:
        value = node.get(key)
        texts = plain_texts(value if isinstance(value, list) else [value])
        if texts:
            return texts[0]
    return ""


def _stars(rating: Any) -> int | None:
    """Stars of five; another scale is brought to it where the page names it."""
    if isinstance(rating, list):
        rating = rating[0] if rating else None
    if not isinstance(rating, dict):
        return None
    value, best = decimal_of(_first(rating, "ratingValue")), decimal_of(_first(rating, "bestRating") or "5")
    if value is None or not best or not 0 <= value <= best:
        return None
    return int((value * _BEST / best).to_integral_value())
