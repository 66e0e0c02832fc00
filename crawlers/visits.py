"""From what an adapter read to a visit: subjects, frame units, and targets that the page leads to. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from crawlers.platforms.base import Card, ParsedPage
from crawlers.sampling.plan import stratum_of
from domain.identity import canonical_url, subject_key
from domain.snapshot import Snapshot
from domain.subjects import LinkedPage, Review
from domain.sweep import Budget
from domain.target import FrameUnit, PageKind, Reason, Target
from domain.visit import Visit

MAX_LINKED_PAGES = 3
# Reviews are read after everything that the design samples.
REVIEWS_FROM = 1_000_000_000
_LONGEST_URL = 2_000
_MOST_NOTES = 100
"""Fields with a place or a contradiction that are kept with a listing; no adapter has as many fields."""


def visit_of(
    target: Target,
    parsed: ParsedPage,
    snapshots: Sequence[Snapshot],
    *,
    budget: Budget,
    linked: Sequence[LinkedPage] = (),
    negative_words: Sequence[str] = (),
) -> Visit:
    """Everything that one page yielded; ``snapshots`` begins with the page's own.

    Results whose titles have one of ``negative_words`` 排除词 are kept, marked as out of the frame.
    """
    shop = replace(parsed.shop, licence_pages=tuple(linked)) if parsed.shop else None
    listing = parsed.listing
    if listing is not None:
        listing = replace(
            listing,
            category=target.category or listing.category,
            sources=parsed.provenance[:_MOST_NOTES],
            contradictions=parsed.contradictions[:_MOST_NOTES],
            undecided=parsed.undecided[:_MOST_NOTES],
        )
    frame = _frame(target, parsed.cards, snapshots[0], negative_words)
    lost = len(parsed.cards) - len(frame)
    return Visit(
        target=target,
        snapshots=tuple(snapshots),
        reason=Reason.EMPTY if parsed.empty else "",
        listings=(listing,) if listing else (),
        shops=(shop,) if shop else (),
        reviews=tuple(_of_shop(review, target.shop) for review in parsed.reviews),
        frame=frame,
        targets=tuple(_next_targets(target, parsed, snapshots[0].final_url, budget)),
        cards=len(parsed.cards),
        reported=parsed.reported,
        missing_fields=parsed.not_found,
        dropped=[f"{lost} result cards without a usable address"] if lost else [],
    )


def licence_links(shop_page: ParsedPage, base_url: str) -> list[tuple[str, str]]:
    """The first few pages, one link away, that may display a licence 亮照链接: (URL, label), each once."""
    found: dict[str, tuple[str, str]] = {}
    for link, label in shop_page.licence_links:
        url = _joined(base_url, link)
        if url:
            found.setdefault(canonical_url(url), (url, label))
    return list(found.values())[:MAX_LINKED_PAGES]


def search_pages_per_chain(chains: int, budget: Budget) -> int:
    """Result pages that each search may turn, so that all together stay in the budget of one run.

    A share fixed beforehand makes the frame the same whichever process comes first.
    """
    return max(1, budget.search_pages // max(chains, 1))


def _frame(
    target: Target, cards: Iterable[Card], snapshot: Snapshot, negative_words: Sequence[str]
) -> tuple[FrameUnit, ...]:
    return tuple(
        FrameUnit(
            run=target.run,
            url=url,
            platform=target.platform,
            stratum=stratum_of(target.platform, target.category),
            category=target.category,
            subject=subject_key(target.platform, card.item_id) if card.item_id else "",
            title=card.title,
            price="" if card.price is None else str(card.price),
            shop=subject_key(target.platform, card.shop_id) if card.shop_id else "",
            shop_url=_joined(snapshot.final_url, card.shop_url),
            rank=rank,
            seen_at=snapshot.fetched_at,
            excluded_by=_word_in(card.title, negative_words),
        )
        for rank, card in enumerate(cards, start=1)
        if (url := _joined(snapshot.final_url, card.url))
    )


def _word_in(title: str, words: Sequence[str]) -> str:
    """The first of ``words`` that a title has, whatever its width and case; "" where it has none."""
    plain = _plain(title)
    return next((word for word in words if _plain(word) in plain), "")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _next_targets(target: Target, parsed: ParsedPage, base_url: str, budget: Budget) -> Iterable[Target]:
    if target.kind is PageKind.SEARCH and parsed.next_url:
        yield from _target(target, base_url, parsed.next_url, PageKind.SEARCH, target.position + 1)
    if target.kind is PageKind.LISTING and parsed.reviews_url and budget.review_pages:
        subject = parsed.listing.key if parsed.listing else target.subject
        shop = parsed.listing.shop if parsed.listing else ""
        yield from _target(
            target, base_url, parsed.reviews_url, PageKind.REVIEWS, REVIEWS_FROM, subject, shop
        )
    if target.kind is PageKind.REVIEWS and parsed.next_url:
        turned = target.position - REVIEWS_FROM + 1
        if turned < budget.review_pages:
            known = (target.position + 1, target.subject, target.shop)
            yield from _target(target, base_url, parsed.next_url, PageKind.REVIEWS, *known)
    if target.kind is PageKind.LISTING and parsed.shop_url:
        shop = parsed.listing.shop if parsed.listing else ""
        yield from _target(target, base_url, parsed.shop_url, PageKind.SHOP, target.position, shop)


def _target(
    parent: Target, base_url: str, link: str, kind: PageKind, position: int, subject: str = "", shop: str = ""
) -> Iterable[Target]:
    """A page that the design does not draw itself: it has no inclusion probability of its own."""
    url = _joined(base_url, link)
    if url:
        yield Target(
            run=parent.run,
            url=url,
            kind=kind,
            platform=parent.platform,
            host=urlsplit(url).netloc,
            stratum=parent.platform if kind is PageKind.SHOP else parent.stratum,
            subject=subject,
            shop=shop,
            category="" if kind is PageKind.SHOP else parent.category,
            position=position,
        )


def _of_shop(review: Review, shop: str) -> Review:
    return review if review.shop or not shop else replace(review, shop=shop)


def _joined(base_url: str, link: str) -> str:
    """An absolute web URL, or "" where the page wrote something that is none."""
    try:
        url = urljoin(base_url, link.strip()) if link else ""
        is_web = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return url if is_web and len(url) <= _LONGEST_URL else ""
