"""The generic adapter on small pages: what a person sees wins, contradictions are kept, doubt stays doubt."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.generic import GenericAdapter
from domain.errors import ExtractionError, SweepError
from domain.subjects import Availability
from tests.crawlers.platforms.builders import a_page, listing_in


def read(
    body: str, *, head: str = "", lang: str = "en", url: str = "https://shop.example/goods/4711.html"
) -> ParsedPage:
    head = f"<head><title>Blue kettle 2 l | Shop</title>{head}</head>"
    text = f'<html lang="{lang}">{head}<body>{body}</body></html>'
    return GenericAdapter("shop", "https://shop.example/").parse(a_page(text, url=url))


def jsonld(**offer: str) -> str:
    facts = {
        "@type": "Product",
        "name": "Blue kettle 2 l",
        "sku": "K-4711",
        "offers": {"@type": "Offer", **offer},
    }
    return f'<script type="application/ld+json">{json.dumps(facts)}</script>'


GOODS = '<h1>Blue kettle 2 l</h1><p class="price">$25.00</p><button>Add to cart</button>'


def test_price_shown_wins_over_price_told_and_the_contradiction_is_kept() -> None:
    parsed = read(GOODS, head=jsonld(price="19.00", priceCurrency="USD"))
    assert listing_in(parsed).price == Decimal("25.00")
    assert "19" in dict(parsed.contradictions)["price"]


def test_every_value_found_says_where_it_stood() -> None:
    parsed = read(GOODS, head=jsonld(price="25.00", priceCurrency="USD"))
    where = dict(parsed.provenance)
    assert where["price"] == "visible: /html/body/p"
    assert where["title"] == "visible: h1"
    assert where["sku"] == "json-ld: Product.sku"


def test_two_prices_that_look_alike_are_undecided() -> None:
    body = (
        '<h1>Blue kettle 2 l</h1><p class="price">$25.00</p>'
        + "<p>word</p>" * 6
        + '<p class="price">$31.00</p>'
    )
    parsed = read(body)
    assert listing_in(parsed).price is None
    assert "price" in parsed.undecided


def test_a_page_without_any_amount_has_no_price_and_no_doubt() -> None:
    parsed = read("<h1>Blue kettle 2 l</h1><p>Ask in the shop</p>")
    assert listing_in(parsed).price is None
    assert "price" in parsed.missing_fields
    assert "price" not in parsed.undecided


@pytest.mark.parametrize(
    ("signs", "currency"),
    [(("€", "CHF", "£"), "EUR"), (("CHF", "£", "€"), "CHF"), (("£", "€", "CHF"), "GBP")],
)
def test_of_signs_equally_common_the_first_gives_the_currency(signs: tuple[str, ...], currency: str) -> None:
    beside = "".join(f"<p>{place + 5} {sign}</p>" for place, sign in enumerate(signs))
    parsed = read(f"<h1>Teekanne blau</h1><footer>{beside}</footer>")
    assert listing_in(parsed).price is None
    assert listing_in(parsed).currency == currency


def test_a_price_as_a_picture_is_not_guessed_from_other_goods() -> None:
    other = '<li class="related"><a href="/goods/1.html"><span class="price">$9.00</span></a></li>'
    parsed = read(f'<h1>Blue kettle 2 l</h1><img class="price" src="/price.png"><ul>{other * 5}</ul>')
    assert listing_in(parsed).price is None


@pytest.mark.parametrize(
    ("shown", "lang", "currency", "expected"),
    [
        ("$229.990", "es", "CLP", "229990"),
        ("1.299,00 €", "de", "EUR", "1299.00"),
        ("1.299 €", "de", "EUR", "1299"),
        ("£1,299", "en", "GBP", "1299"),
        ("¥1,299.00", "zh", "CNY", "1299.00"),
        ("CHF 19.50", "de", "CHF", "19.50"),
        ("2 190,00 Kč", "cs", "CZK", "2190.00"),
    ],
)
def test_amounts_are_read_by_the_rules_of_the_page(
    shown: str, lang: str, currency: str, expected: str
) -> None:
    head = f'<meta property="product:price:currency" content="{currency}">'
    listing = listing_in(read(f'<h1>Blue kettle 2 l</h1><p class="price">{shown}</p>', head=head, lang=lang))
    assert (listing.price, listing.currency) == (Decimal(expected), currency)


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="price">$229<sup>99</sup></p>',
        '<p class="price">$<b>229</b><span class="cents">99</span></p>',
    ],
)
def test_cents_set_apart_by_markup_get_their_point_back(markup: str) -> None:
    assert listing_in(read(f"<h1>Blue kettle 2 l</h1>{markup}")).price == Decimal("229.99")


def test_a_range_is_two_ends_and_no_price() -> None:
    listing = listing_in(read('<h1>Blue kettle 2 l</h1><p class="price">$10.00 - $15.00</p>'))
    assert (listing.price, listing.price_low, listing.price_high) == (
        None,
        Decimal("10.00"),
        Decimal("15.00"),
    )


def test_a_struck_through_price_is_the_list_price() -> None:
    listing = listing_in(read('<h1>Blue kettle 2 l</h1><p class="price"><del>$40.00</del> <b>$25.00</b></p>'))
    assert (listing.price, listing.list_price) == (Decimal("25.00"), Decimal("40.00"))


@pytest.mark.parametrize(
    "beside",
    ["Free delivery over $50.00", "or $5.00 per month", "You save $15.00", "$3.99 / kg", "Shipping $7.00"],
)
def test_amounts_of_other_things_are_not_the_price(beside: str) -> None:
    assert listing_in(read(f"{GOODS}<p>{beside}</p>")).price == Decimal("25.00")


@pytest.mark.parametrize(
    ("notice", "told", "expected"),
    [
        ("<p>Sold out</p>", "InStock", Availability.OUT_OF_STOCK),
        ("<p>Currently unavailable.</p>", "", Availability.OUT_OF_STOCK),
        ("<p>已售罄</p>", "", Availability.OUT_OF_STOCK),
        ("<button>Add to cart</button>", "OutOfStock", Availability.IN_STOCK),
        (
            '<p>Sold out</p><input type="submit" class="buy inactive" value="Add to cart">',
            "InStock",
            Availability.OUT_OF_STOCK,
        ),
        ("<button>Add both to cart</button>", "OutOfStock", Availability.OUT_OF_STOCK),
        ("<button>加入购物车</button>", "", Availability.IN_STOCK),
        ("<p>Unavailable for pick up in store</p><button>Add to bag</button>", "", Availability.IN_STOCK),
        ("", "", Availability.UNKNOWN),
    ],
)
def test_availability_is_what_the_page_lets_a_person_do(
    notice: str, told: str, expected: Availability
) -> None:
    head = jsonld(availability=f"https://schema.org/{told}") if told else ""
    body = (
        f'<h1>Blue kettle 2 l</h1><p class="price">$25.00</p>{notice}'
        if notice
        else "<h1>Blue kettle 2 l</h1>"
    )
    assert listing_in(read(body, head=head)).availability is expected


@pytest.mark.parametrize(
    ("shown", "stock"),
    [
        ("1,240 in stock", 1240),
        ("2.400 auf Lager", 2400),
        ("2.5 in stock", None),
        ("12 vorrätig", 12),
        ("En stock : 8 pièces", 8),
        ("Ultimi 4 pezzi", 4),
        ("有货（库存31罐）", 31),
        ("Last 30 days", None),
    ],
)
def test_pieces_left_are_counted_in_words_of_many_shops(shown: str, stock: int | None) -> None:
    assert listing_in(read(f"{GOODS}<p>{shown}</p>")).stock == stock


@pytest.mark.parametrize(
    ("shown", "rating", "count"),
    [("(4.7) 31 reviews", "4.7", 31), ("4.6/5 (12)", "4.6", 12), ("Értékelés: 4.8", "4.8", None)],
)
def test_ratings_are_read_in_forms_of_many_shops(shown: str, rating: str, count: int | None) -> None:
    listing = listing_in(read(f"{GOODS}<p>{shown}</p>"))
    assert (listing.rating, listing.review_count) == (Decimal(rating), count)


def test_a_value_ends_where_the_next_label_on_its_line_begins() -> None:
    assert listing_in(read(f"{GOODS}<p>Brand: Acme Works Item no.: AW-77</p>")).brand == "Acme Works"


def test_labels_that_stand_under_their_values_are_theirs() -> None:
    rows = [("Acme", "Brand"), ("AW-77", "Item no."), ("Steel", "Material")]
    items = "".join(f"<div class='k'><b>{value}</b><p>{label}</p></div>" for value, label in rows)
    listing = listing_in(read(f"{GOODS}<section>{items}</section>"))
    assert (listing.brand, listing.sku) == ("Acme", "AW-77")


def test_the_number_shown_is_preferred_in_the_form_shown() -> None:
    body = f"{GOODS}<p>Item no. 466/7999</p>"
    assert listing_in(read(body, head=jsonld().replace("K-4711", "4667999"))).sku == "466/7999"


@pytest.mark.parametrize(("shown", "gtin"), [("4006381333931", "4006381333931"), ("4006381333932", "")])
def test_a_barcode_counts_only_with_its_check_digit(shown: str, gtin: str) -> None:
    assert listing_in(read(f"{GOODS}<p>EAN: {shown}</p>")).gtin == gtin


def test_standard_and_permit_numbers_are_found_in_the_text() -> None:
    body = f"{GOODS}<p>执行标准：GB/T 18186-2000</p><p>生产许可证 SC10633011800011</p>"
    listing = listing_in(read(body, lang="zh"))
    assert listing.standards == ("GB/T 18186-2000",)
    assert listing.permits == ("SC10633011800011",)


def test_a_page_without_any_name_is_an_extraction_error() -> None:
    with pytest.raises(ExtractionError, match="title"):
        GenericAdapter("shop", "https://shop.example/").parse(a_page("<html><body></body></html>"))


def test_a_search_that_nobody_described_is_refused() -> None:
    with pytest.raises(SweepError, match="start_urls"):
        GenericAdapter("shop", "https://shop.example/").search_url("kettle")


@pytest.mark.parametrize(
    ("head", "software"),
    [
        ('<script src="https://cdn.shopify.com/s/app.js"></script>', "Shopify"),
        ('<meta name="generator" content="WooCommerce 4.8">', "WooCommerce"),
        ('<script src="/catalog/view/javascript/common.js"></script>', "OpenCart"),
        ('<script src="/own.js"></script>', None),
    ],
)
def test_shop_software_is_recognised_by_its_marks(head: str, software: str | None) -> None:
    assert dict(read(GOODS, head=head).provenance).get("software") == software


@pytest.mark.parametrize(
    ("url", "sku"),
    [
        ("https://shop.example/item.html?itemID=5512908871", ""),
        ("https://shop.example/show?id=5512908871&from=list", ""),
        ("https://shop.example/show?product_id=41778", "41778"),
        ("https://shop.example/kettles/blue-kettle-41778.html", "41778"),
    ],
)
def test_number_of_an_offer_in_the_address_is_no_number_of_the_goods(url: str, sku: str) -> None:
    assert listing_in(read(GOODS, url=url)).sku == sku
