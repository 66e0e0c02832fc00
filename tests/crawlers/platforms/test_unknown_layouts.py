"""The large platforms' adapters on layouts that nobody described and on pages without goods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from crawlers.platforms import alibaba1688, amazon, jd, pinduoduo, taobao, tmall
from crawlers.platforms.payload import payload_of
from crawlers.platforms.payload_goods import cards_in
from domain.errors import ExtractionError
from domain.target import PageKind
from tests.crawlers.platforms.builders import a_page, as_json, listing_in

_PLATFORMS = (jd, taobao, tmall, pinduoduo, alibaba1688)


@pytest.mark.parametrize(
    ("rows", "fen", "expected"),
    [
        ([{"item_id": "1", "title": "杯", "price": "9.90"}, {"item_id": "2", "title": "碗", "price": "8"}],
         False, [("1", Decimal("9.90")), ("2", Decimal(8))]),
        ([{"goods_id": 1, "goods_name": "杯", "price": 990},
          {"goods_id": 2, "goods_name": "碗", "price": 800}],
         True, [("1", Decimal("9.9")), ("2", Decimal(8))]),
        ([{"item_id": "1", "title": "杯"}, {"item_id": "2", "title": "碗"}], False, []),
        ([{"item_id": "1", "title": "杯", "price": "9.90"}], False, []),
    ],
    ids=["yuan", "fen", "no-price", "one-is-no-list"],
)  # fmt: skip
def test_list_of_unknown_shape_is_read_by_what_its_keys_are_called(
    rows: list[dict[str, Any]], fen: bool, expected: list[tuple[str, Decimal]]
) -> None:
    wrapped = {"ok": 1, "data": as_json({"result": {"banner": {"title": "大促", "id": 1}, "list": rows}})}
    item_url = "http://shop.example/{id}"
    cards, path = cards_in(
        payload_of(as_json(wrapped), ""), "http://shop.example/", item_url=item_url, fen=fen
    )
    assert [(card.item_id, card.price) for card in cards] == expected
    assert path == ("data.result.list.[]" if expected else "")
    assert [card.url for card in cards] == [f"http://shop.example/{item_id}" for item_id, _ in expected]


def test_goods_that_lead_nowhere_are_no_cards() -> None:
    rows = [{"item_id": n, "title": "杯", "price": "9.90"} for n in (1, 2)]
    assert cards_in(payload_of(as_json({"list": rows}), ""), "http://shop.example/")[0] == ()


def test_list_that_only_a_script_holds_is_found_under_another_name() -> None:
    rows = [
        {"nid": str(n), "raw_title": f"竹筷 {n}", "view_price": f"{n}.00", "pad": "x" * 200}
        for n in range(1, 5)
    ]
    state = as_json({"mods": {"itemlist": {"rows": rows}}})
    page = a_page(f"<script>var other_config = {state};</script>", kind=PageKind.SEARCH)
    parsed = taobao.adapter("").parse(page)
    assert [(card.item_id, card.price) for card in parsed.cards] == [
        (str(n), Decimal(n)) for n in range(1, 5)
    ]
    assert parsed.missing_fields == ("layout",)


def test_layout_that_is_read_by_other_means_counts_as_missing_and_says_why() -> None:
    shown = "<div class='tb-detail-hd'><h1>竹席</h1></div><p class=price>¥9.00</p>"
    state = {"itemDO": {"itemId": "5", "isOnline": True}}
    known = tmall.adapter("").parse(a_page(f"{shown}<script>TShop.Setup({as_json(state)});</script>"))
    other = tmall.adapter("").parse(a_page(shown))
    assert ("layout" in known.missing_fields, "layout" in other.missing_fields) == (False, True)
    assert "TShop.Setup" in dict(other.provenance)["layout"]
    cards = "".join(f"<li><a href='/{n}'>竹席{n}号</a><b>￥{n}9.00</b></li>" for n in range(1, 6))
    listed = jd.adapter("").parse(a_page(f"<ul>{cards}</ul>", kind=PageKind.SEARCH))
    assert (len(listed.cards), listed.not_found) == (5, ("layout",))


def test_response_of_unknown_shape_gives_what_one_object_says_of_itself() -> None:
    props = [{"name": "产地", "value": "安吉"}]
    goods = {
        "num_iid": "77",
        "title": "竹筷",
        "price": "12.50",
        "nick": "山房",
        "brand": "121",
        "props": props,
    }
    goods["orginal_price"] = "19.00"
    parsed = taobao.adapter("").parse(a_page(as_json({"code": 0, "result": {"detail": goods}})))
    listing = listing_in(parsed)
    assert (listing.item_id, listing.title, listing.shop_name) == ("77", "竹筷", "山房")
    assert (listing.price, listing.list_price) == (Decimal("12.50"), Decimal("19.00"))
    assert (listing.brand, listing.origin) == ("", "安吉")
    assert dict(parsed.provenance)["price"] == "json: result.detail.price"


@pytest.mark.parametrize("adapter", _PLATFORMS, ids=lambda module: module.PLATFORM)
@pytest.mark.parametrize("text", ['{"code": 601, "msg": "x"}', "{}", "[]", "<p></p>", "", "jsonp({"])
def test_response_without_goods_is_broken_and_not_empty(adapter: Any, text: str) -> None:
    with pytest.raises(ExtractionError):
        adapter.adapter("").parse(a_page(text))


@pytest.mark.parametrize("adapter", [*_PLATFORMS, amazon], ids=lambda module: module.PLATFORM)
def test_page_of_another_shop_at_a_platforms_address_is_read_as_what_it_is(adapter: Any) -> None:
    text = """<html><body><h1>Blue kettle</h1><p class="price">€25.00</p><button>Add to cart</button>
      <script type="application/ld+json">{"@type": "Product", "name": "Blue kettle"}</script></body></html>"""
    listing = listing_in(adapter.adapter("").parse(a_page(text)))
    assert (listing.title, listing.shop) == ("Blue kettle", "")
