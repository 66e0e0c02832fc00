"""Lists and reviews of shops that nobody described, on small pages written here."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.generic import GenericAdapter
from domain.errors import ExtractionError
from domain.target import PageKind
from tests.crawlers.platforms.builders import a_page

_URL = "https://shop.example/c/kettles"


def _list(body: str) -> ParsedPage:
    page = a_page(f"<html><body>{body}</body></html>", kind=PageKind.SEARCH, url=_URL)
    return GenericAdapter("shop", "https://shop.example/").parse(page)


def _cards(count: int, price: str = "${n}.50") -> str:
    return "".join(
        f'<li class="card"><a href="/p/{n}"><img alt="kettle"></a><h3><a href="/p/{n}">Kettle {n} l</a></h3>'
        f'<span class="price">{price.format(n=n)}</span><em>{n}0 sold</em></li>'
        for n in range(1, count + 1)
    )


def test_cards_are_the_parts_that_repeat_in_the_order_of_the_page() -> None:
    cards = _list(f"<h1>Kettles</h1><ul>{_cards(5)}</ul>").cards
    assert [card.url for card in cards] == [f"https://shop.example/p/{n}" for n in range(1, 6)]
    assert [card.title for card in cards] == [f"Kettle {n} l" for n in range(1, 6)]
    assert [card.price for card in cards] == [Decimal(f"{n}.50") for n in range(1, 6)]
    assert cards[0].sales_text == "10 sold"


def test_a_long_list_is_read_to_its_end() -> None:
    assert len(_list(f"<ul>{_cards(60)}</ul>").cards) == 60


def test_former_price_of_a_card_is_not_its_price() -> None:
    cards = _list(f"<ul>{_cards(4, '<del>$99.00</del> <b>${n}.50</b>')}</ul>").cards
    assert [card.price for card in cards] == [Decimal(f"{n}.50") for n in range(1, 5)]


def test_a_former_price_in_the_same_element_is_another_amount() -> None:
    cards = _list(f"<ul>{_cards(4, '<s>{n}9,400円</s><br>{n}3,520円(税込)')}</ul>").cards
    assert [card.price for card in cards] == [Decimal(f"{n}3520") for n in range(1, 5)]


def test_a_card_leads_where_its_heading_leads_not_its_brand() -> None:
    brand = '</span><a href="/b">A brand with a long name</a><span>'
    cards = _list(f"<ul>{_cards(4, brand + '${n}.50')}</ul>").cards
    assert [card.url for card in cards] == [f"https://shop.example/p/{n}" for n in range(1, 5)]


def test_reduced_goods_with_a_class_of_their_own_keep_their_place() -> None:
    cards = _cards(5).replace('class="card"><a href="/p/2"', 'class="card sale"><a href="/p/2"')
    advert = '<li class="promo"><a href="/ad"><img alt="advert"></a><h3>Advert</h3><b>$1.00</b></li>'
    found = _list(f"<ul>{cards}{advert}{_cards(8)[len(_cards(5)) :]}</ul>").cards
    assert [card.url for card in found] == [f"https://shop.example/p/{n}" for n in range(1, 9)]


def test_the_last_cards_of_a_list_need_no_class() -> None:
    cards = [
        f'<div class="{"box" if n < 6 else ""}"><a href="/p/{n}">Pot {n} l</a><p class="sum">${n}.5</p></div>'
        for n in range(1, 8)
    ]
    advert = '<div class=""><a href="/ad">An advert</a><p><b class="now">$9.00</b></p></div>'
    found = _list(f"<section>{''.join(cards)}{advert}</section>").cards
    assert [card.url for card in found] == [f"https://shop.example/p/{n}" for n in range(1, 8)]


@pytest.mark.parametrize(
    "card",
    [
        '<a href="/p/{n}"><img src="/i.jpg"></a><div class="tt">{name}</div><p>¥<b>{n}0</b></p>',
        '<a href="/p/{n}"><p class="ttl">{name}</p><p>価格：{n}0円（税込）</p><p>{n}円分を進呈</p></a>',
    ],
    ids=["beside a link without words", "beside a longer line with an amount"],
)
def test_name_of_goods_that_nothing_calls_a_title(card: str) -> None:
    assert _rows(card)[:2] == [("Plum jam", Decimal(10)), ("Apple jelly", Decimal(20))]


def test_sign_whole_and_cents_in_three_elements_beside_a_former_price() -> None:
    price = "<em>$</em><i>{n}</i><small>.50</small><del>$99.00</del>"
    cards = _list(f"<ul>{_cards(4, price)}</ul>").cards
    assert [card.price for card in cards] == [Decimal(f"{n}.50") for n in range(1, 5)]


def _rows(card: str, count: int = 6) -> list[tuple[str, Decimal | None]]:
    names = ("Plum jam", "Apple jelly", "Quince paste", "Pear butter", "Fig spread", "Cherry syrup")
    body = "".join(f"<li>{card.format(n=n, name=names[n - 1], shop=n % 2)}</li>" for n in range(1, count + 1))
    return [(card.title, card.price) for card in _list(f"<ul>{body}</ul>").cards]


@pytest.mark.parametrize("called", ["goodsTitle", "line"])
def test_the_shop_of_each_card_is_not_its_title(called: str) -> None:
    rows = _rows(
        f'<p class="goodsPrice">€{{n}}.20</p><p class="{called}"><a href="/p/{{n}}">{{name}}</a></p>'
        '<p><a class="shop-name" href="/shop/{n}">Shop of the orchard {shop}</a></p>'
    )
    assert rows[:2] == [("Plum jam", Decimal("1.20")), ("Apple jelly", Decimal("2.20"))]


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ('<b>$</b><b>{n}</b><span style="vertical-align:0.7ex">45</span>', "1.45"),
        ('<span><i>R$</i><i>{n}.010</i><i class="cents">90</i></span>', "1010.90"),
        ("<span><i>R$</i><i>{n}40</i> <i>15% OFF</i></span><em>em 6x R$ 23,40</em>", "140"),
        ("<s>{n}38,800</s><em><b>{n}02,700</b>원</em>", "102700"),
        ("<i>¥</i><b>{n}.28</b><i>万</i>", "12800"),
        ("<b>{n}2만</b>원", "120000"),
    ],
    ids=[
        "cents raised by style",
        "cents behind thousands",
        "number of instalments",
        "former price before it",
        "unit of ten thousands",
        "the same in Korean",
    ],
)
def test_the_price_of_a_card_is_read_whole(price: str, expected: str) -> None:
    assert _rows(f'<h3><a href="/p/{{n}}">{{name}}</a></h3><div class="price">{price}</div>')[0] == (
        "Plum jam",
        Decimal(expected),
    )


def test_the_longest_list_counts_and_its_neighbours_do_not() -> None:
    aside = "".join(f'<p class="ad"><a href="/ad/{n}">Advert {n}</a> <b>${n}9.00</b></p>' for n in range(3))
    assert len(_list(f"<ul>{_cards(6)}</ul><div>{aside}</div>").cards) == 6


def test_a_number_among_the_classes_of_each_card_sets_none_apart() -> None:
    cards = "".join(
        f'<div class="tile id-{n}{" reduced" if n % 2 else ""}"><a href="/p/{n}"><h3>Kettle {n} l</h3></a>'
        f"<b>${n}.50</b></div>"
        for n in range(1, 7)
    )
    aside = "".join(f'<p><a href="/ad/{n}">Advert {n}</a> <b>${n}9.00</b></p>' for n in range(4))
    found = _list(f"<div>{cards}</div><div>{aside}</div>").cards
    assert [card.url for card in found] == [f"https://shop.example/p/{n}" for n in range(1, 7)]


def test_parts_without_an_amount_between_two_cards_are_passed_over() -> None:
    cards = _cards(5).replace("</li>", '</li><!-- gap --><li id="later"></li><li class="line"></li>')
    assert len(_list(f"<ul>{cards}</ul>").cards) == 5


def test_a_former_price_said_again_in_words_is_no_price() -> None:
    price = "<del>$9{n}.00</del><i> In spring it cost $9{n}.00. </i><ins>${n}.50</ins>"
    cards = _list(f"<ul>{_cards(4, price)}</ul>").cards
    assert [card.price for card in cards] == [Decimal(f"{n}.50") for n in range(1, 5)]


@pytest.mark.parametrize("picture", ['<img alt="Kettle {n} l">', '<img alt="">'])
def test_a_maker_above_the_name_is_not_the_name(picture: str) -> None:
    cards = "".join(
        f'<li><a href="/p/{n}">{picture.format(n=n)}</a><h4 class="by">{("Mirador", "Tolvane")[n % 2]}</h4>'
        f"<h4>Kettle {n} l</h4><b>${n}.50</b></li>"
        for n in range(1, 7)
    )
    assert [card.title for card in _list(f"<ul>{cards}</ul>").cards] == [f"Kettle {n} l" for n in range(1, 7)]


def test_a_link_around_a_whole_card_names_the_goods_in_one_of_its_parts() -> None:
    cards = "".join(
        f'<li><a href="/p/{n}"><b>{n}1,90 zł</b><i>{("Mirador", "Tolvane Oy")[n % 2]}</i><i>Wok {n}</i></a>'
        '<a href="/s/9">Everything for the kitchen</a></li>'
        for n in range(1, 7)
    )
    found = _list(f"<ul>{cards}</ul>").cards
    assert [(card.title, card.url) for card in found] == [
        (f"Wok {n}", f"https://shop.example/p/{n}") for n in range(1, 7)
    ]


def test_a_word_set_apart_in_a_name_does_not_cut_it() -> None:
    cards = "".join(
        f'<li><a href="/p/{n}">Blue <em>kettle</em> {n} l</a> <b>${n}.50</b></li>' for n in range(1, 5)
    )
    assert [card.title for card in _list(f"<ul>{cards}</ul>").cards] == [
        f"Blue kettle {n} l" for n in range(1, 5)
    ]


def test_next_page_is_followed_on_the_same_site_alone() -> None:
    following = '<a rel="next" href="{href}">next</a>'
    assert _list(f"<ul>{_cards(3)}</ul>{following.format(href='?page=2')}").next_url == f"{_URL}?page=2"
    assert _list(f"<ul>{_cards(3)}</ul>{following.format(href='https://b.example/')}").next_url == ""


@pytest.mark.parametrize("notice", ["No results for kettle", "抱歉，没有找到相关商品", "Keine Ergebnisse"])
def test_an_empty_list_says_so(notice: str) -> None:
    assert _list(f"<p>{notice}</p>").empty


def test_a_page_that_is_no_list_is_an_extraction_error() -> None:
    with pytest.raises(ExtractionError, match="cards"):
        _list("<h1>About us</h1><p>We sell kettles for $5.00</p>")


def _with_reviews(*reviews: dict[str, Any], body: str = "") -> ParsedPage:
    facts = {"@type": "Product", "name": "Kettle 2 l", "review": list(reviews)}
    script = f'<script type="application/ld+json">{json.dumps(facts)}</script>'
    text = (
        f'<html><head>{script}</head><body><h1>Kettle 2 l</h1><p class="price">$5.00</p>{body}</body></html>'
    )
    return GenericAdapter("shop", "https://shop.example/").parse(a_page(text))


def test_a_review_is_read_with_its_buyer_masked() -> None:
    told = {
        "@type": "Review", "author": {"@type": "Person", "name": "快乐的小猫"}, "datePublished": "2026-11-05",
        "reviewBody": "水烧得快，客服13812345678", "reviewRating": {"ratingValue": "8", "bestRating": "10"},
    }  # fmt: skip
    parsed = _with_reviews(told, told, body="<p>水烧得快，客服13812345678</p>")
    [review] = parsed.reviews
    assert (review.nickname, review.text, review.stars) == ("快***猫", "水烧得快，客服138****5678", 4)
    assert review.posted_at is not None
    assert review.listing == parsed.listing.key if parsed.listing else False


def test_reviews_that_nobody_sees_are_a_contradiction() -> None:
    told = {"@type": "Review", "author": "a", "reviewBody": "boils fast", "reviewRating": {"ratingValue": 5}}
    assert "reviews" in dict(_with_reviews(told).contradictions)
    assert "reviews" not in dict(_with_reviews(told, body="<p>Boils fast</p>").contradictions)


@pytest.mark.parametrize("rating", ["x", "7", "-1", {"a": 1}, None, "9" * 400])
def test_a_rating_off_its_scale_is_no_stars(rating: object) -> None:
    [review] = _with_reviews(
        {"@type": "Review", "reviewBody": "ok", "reviewRating": {"ratingValue": rating}}
    ).reviews
    assert review.stars is None
