from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawlers.platforms.base import Card, ParsedPage
from crawlers.visits import REVIEWS_FROM, licence_links, search_pages_per_chain, visit_of
from domain.snapshot import Snapshot, WarcRef
from domain.subjects import LinkedPage, LinkedPageState, Listing, Shop
from domain.sweep import Budget
from domain.target import PageKind, Target

URL = "http://shop.example/page"
AT = datetime(2026, 11, 11, tzinfo=UTC)
SNAPSHOT = Snapshot(
    run="R",
    target="t",
    attempt=0,
    url=URL,
    final_url=URL,
    status=200,
    payload_digest="0",
    payload_bytes=0,
    warc=WarcRef(file="a", offset=0, length=1),
    request_started_at=AT,
    fetched_at=AT,
)
LISTING = Listing(platform="p", item_id="1", url=URL, title="龙井", shop="p:7")


def a_target(kind: PageKind, **changes) -> Target:
    target = Target(
        run="R",
        url=URL,
        kind=kind,
        platform="p",
        host="shop.example",
        stratum="p/TEA",
        category="TEA",
        position=5,
        inclusion_probability=0.5,
    )
    return replace(target, **changes)


def visit(kind: PageKind, parsed: ParsedPage, budget: Budget | None = None, **changes):
    return visit_of(a_target(kind, **changes), parsed, [SNAPSHOT], budget=budget or Budget())


def test_card_becomes_a_unit_of_the_frame():
    cards = (Card(url="/item/1", item_id="1", title="龙井", shop_id="7", shop_url="/shop/7"),)
    [unit] = visit(PageKind.SEARCH, ParsedPage(cards=cards)).frame
    assert (unit.url, unit.subject, unit.stratum) == ("http://shop.example/item/1", "p:1", "p/TEA")
    assert (unit.shop, unit.shop_url, unit.rank) == ("p:7", "http://shop.example/shop/7", 1)


@pytest.mark.parametrize(
    "link", ["javascript:void(0)", "file:///etc/passwd", "", "http://[", "https:///x", "x" * 3_000]
)
def test_card_without_an_address_is_named_not_lost(link):
    found = visit(PageKind.SEARCH, ParsedPage(cards=(Card(url=link, item_id="1", title="龙井"),)))
    assert found.frame == ()
    assert found.dropped == ["1 result cards without a usable address"]


def test_card_with_a_negative_word_is_marked_whatever_its_width_and_case():
    cards = tuple(Card(url=f"/item/{title}", item_id=title, title=title) for title in ("龙井", "茶ＴＯＹ"))
    page = ParsedPage(cards=cards)
    found = visit_of(
        a_target(PageKind.SEARCH), page, [SNAPSHOT], budget=Budget(), negative_words=("模型", "toy")
    )
    assert [unit.excluded_by for unit in found.frame] == ["", "toy"]


def test_next_result_page_is_one_deeper_and_not_sampled():
    [target] = visit(PageKind.SEARCH, ParsedPage(next_url="?page=2")).targets
    assert (target.kind, target.position, target.inclusion_probability) == (PageKind.SEARCH, 6, None)
    assert (target.url, target.category) == ("http://shop.example/page?page=2", "TEA")


def test_listing_leads_to_its_shop_and_its_reviews():
    parsed = ParsedPage(listing=LISTING, shop_url="/shop/7", reviews_url="/item/1/reviews")
    found = visit(PageKind.LISTING, parsed)
    assert [(target.kind, target.subject) for target in found.targets] == [
        (PageKind.REVIEWS, "p:1"),
        (PageKind.SHOP, "p:7"),
    ]
    assert all(target.inclusion_probability is None for target in found.targets)
    assert found.listings[0].category == "TEA"


@pytest.mark.parametrize(("allowed", "turned", "expected"), [(0, 0, 0), (1, 0, 0), (2, 0, 1), (2, 1, 0)])
def test_review_pages_are_bounded_per_listing(allowed, turned, expected):
    parsed = ParsedPage(next_url="?page=2")
    budget = Budget(review_pages=allowed)
    found = visit(PageKind.REVIEWS, parsed, budget, position=REVIEWS_FROM + turned)
    assert len(found.targets) == expected


def test_no_reviews_are_planned_without_budget():
    parsed = ParsedPage(listing=LISTING, reviews_url="/item/1/reviews")
    assert visit(PageKind.LISTING, parsed, Budget(review_pages=0)).targets == ()


def test_shop_carries_what_became_of_its_licence_pages():
    linked = [LinkedPage(url="u", label="营业执照", state=LinkedPageState.DEAD, reason="gone")]
    shop = Shop(platform="p", shop_id="7", url=URL, name="云雾茶行")
    found = visit_of(
        a_target(PageKind.SHOP), ParsedPage(shop=shop), [SNAPSHOT], budget=Budget(), linked=linked
    )
    assert found.shops[0].licence_pages == tuple(linked)


def test_same_licence_page_is_looked_at_once_and_three_at_most():
    links = [
        ("/l", "营业执照"),
        ("/l#top", "亮照"),
        ("mailto:a@b", "联系"),
        ("/m", "许可证"),
        ("/n", "资质"),
        ("/o", "x"),
    ]
    found = licence_links(ParsedPage(licence_links=tuple(links)), URL)
    assert [url for url, _ in found] == [f"http://shop.example/{name}" for name in "lmn"]


def test_page_that_says_nothing_is_there_is_empty():
    assert visit(PageKind.SEARCH, ParsedPage(empty=True)).reason == "empty"


@pytest.mark.parametrize(("chains", "pages", "each"), [(1, 10, 10), (3, 10, 3), (20, 10, 1), (0, 10, 10)])
def test_search_budget_is_shared_out_beforehand(chains, pages, each):
    assert search_pages_per_chain(chains, Budget(search_pages=pages)) == each


def test_a_listing_keeps_where_its_values_stood_and_what_contradicts_them():
    parsed = ParsedPage(
        listing=LISTING,
        provenance=(("title", "visible: h1"),),
        contradictions=(("price", "json-ld says 19; a person sees 25"),),
        undecided=("price",),
    )
    [listing] = visit(PageKind.LISTING, parsed).listings
    assert listing.sources == (("title", "visible: h1"),)
    assert listing.contradictions == (("price", "json-ld says 19; a person sees 25"),)
    assert listing.undecided == ("price",)
