"""Sites read by a profile: fields, alternatives, and what is left undecided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.site_profile import parse_profile
from domain.errors import ExtractionError, SweepError
from domain.subjects import Availability
from domain.target import PageKind
from tests.crawlers.platforms.builders import URL, a_bundled_adapter, a_page, a_profile_adapter, listing_in

_SHOP = """
name: own
whole_site: {shop_id: dongli, name: 东篱}
search:
  url: /find?w={keyword}&p={page}
  card: li.card
  fields:
    url: {required: true, from: [{css: 'a::attr(href)'}]}
    item_id: [{url: true, regex: '/goods/([0-9]+)'}]
    title: [{css: a}]
    price: [{css: .price}]
  next: [{css: 'a.next::attr(href)'}]
  empty: [{css: .none}]
listing:
  fields:
    item_id: [{url: true, regex: '/goods/([0-9]+)'}]
    title: {required: true, from: [{css: h1}]}
    price: [{css: .now}, {css: .old}]
    list_price: {kind: fen, from: [{css: '.now::attr(data-fen)'}]}
    availability: [{css: .stock}, {const: 现货}]
    sales: [{css: .sold}]
    services: [{css: .promise b}]
    images: [{css: 'img::attr(src)'}]
  attributes: {row: dl.attr, name: [{css: dt}], value: [{css: dd}]}
reviews:
  row: .review
  item_id: [{url: true, regex: '/goods/([0-9]+)'}]
  fields:
    text: {required: true, from: [{css: p}]}
    nickname: [{css: .who}]
    user: [{css: '.who::attr(data-id)'}]
    posted_at: [{css: time}]
    stars: [{css: '.s::attr(class)', regex: 's (one|five)', values: {one: '1', five: '5'}}]
  empty: [{css: .none}]
"""


@pytest.fixture
def shop() -> ProfileAdapter:
    return a_profile_adapter(_SHOP)


def test_a_row_that_holds_name_and_value_in_one_text_is_split_by_xpath() -> None:
    shop = a_profile_adapter("""
name: own
listing:
  fields: {item_id: [{const: '1'}], title: [{css: h1}]}
  attributes:
    row: li
    name: [{xpath: 'substring-before(., "：")'}]
    value: [{xpath: 'substring-after(., "：")'}]
""")
    page = a_page("<h1>二胡</h1><ul><li>货号：YQ-1</li><li>产地：江苏 苏州</li></ul>")
    assert listing_in(shop.parse(page)).attributes == (("货号", "YQ-1"), ("产地", "江苏 苏州"))


def test_first_alternative_that_yields_a_value_counts(shop: ProfileAdapter) -> None:
    page = a_page("<h1>茶</h1><b class=now>面议</b><b class=old>¥9.90</b>")
    assert listing_in(shop.parse(page)).price == Decimal("9.90")


def test_two_different_values_are_none(shop: ProfileAdapter) -> None:
    parsed = shop.parse(a_page("<h1>茶</h1><b class=now>¥8</b><b class=now>¥9</b>"))
    assert listing_in(parsed).price is None
    assert "price" in parsed.missing_fields


def test_every_kind_of_field_is_read(shop: ProfileAdapter) -> None:
    html = """<h1> 明前
      龙井 </h1><b class=now data-fen=19900>¥39.90</b><i class=sold>已售1.2万+</i>
      <p class=promise><b>包邮</b><b>退换</b></p>
      <img src=/1.jpg><img src=/1.jpg><img src=/2.jpg><dl class=attr><dt>产地：</dt><dd>杭州</dd></dl>"""
    listing = listing_in(shop.parse(a_page(html)))
    assert (listing.key, listing.title, listing.shop, listing.shop_name) == (
        "shop:1",
        "明前 龙井",
        "shop:dongli",
        "东篱",
    )
    assert (listing.price, listing.list_price, listing.availability) == (
        Decimal("39.90"),
        Decimal("199.00"),
        Availability.IN_STOCK,
    )
    assert (listing.sales_text, listing.sales_low, listing.sales_high) == ("已售1.2万+", 12000, None)
    assert (listing.services, listing.attributes) == (("包邮", "退换"), (("产地", "杭州"),))
    assert listing.images == ("http://shop.example/1.jpg", "http://shop.example/2.jpg")


@pytest.mark.parametrize("html", ["<h1></h1>", "<h1>一</h1><h1>二</h1>", ""])
def test_missing_required_field_is_an_error(shop: ProfileAdapter, html: str) -> None:
    with pytest.raises(ExtractionError, match="title"):
        shop.parse(a_page(html))


def test_search_gives_cards_and_the_next_page(shop: ProfileAdapter) -> None:
    html = """<li class=card><a href=/goods/7.html>茶</a><b class=price>¥7</b></li>
      <li class=card><a href=/goods/8.html>壶</a></li><a class=next href='?p=2'>下一页</a>"""
    parsed = shop.parse(a_page(html, kind=PageKind.SEARCH, url="http://shop.example/find"))
    assert [(card.item_id, card.title, card.price) for card in parsed.cards] == [
        ("7", "茶", Decimal(7)),
        ("8", "壶", None),
    ]
    assert (parsed.next_url, parsed.empty) == ("http://shop.example/find?p=2", False)


@pytest.mark.parametrize(
    ("priced", "of", "missing"), [(3, 3, ()), (2, 4, ()), (1, 3, ("price",)), (0, 1, ("price",))]
)
def test_price_of_a_list_is_missing_when_most_cards_lack_it(
    shop: ProfileAdapter, priced: int, of: int, missing: tuple[str, ...]
) -> None:
    cards = "".join(
        f"<li class=card><a href=/goods/{n}.html>茶</a>{'<b class=price>¥7</b>' * (n < priced)}</li>"
        for n in range(of)
    )
    parsed = shop.parse(a_page(cards, kind=PageKind.SEARCH, url="http://shop.example/find"))
    assert (parsed.missing_fields, parsed.not_found) == (missing, missing)


def test_next_page_on_another_site_is_not_followed(shop: ProfileAdapter) -> None:
    html = "<li class=card><a href=/goods/7>茶</a></li><a class=next href=http://other.example/>下一页</a>"
    assert shop.parse(a_page(html, kind=PageKind.SEARCH)).next_url == ""


@pytest.mark.parametrize("kind", [PageKind.SEARCH, PageKind.REVIEWS])
def test_empty_list_is_told_from_a_strange_page(shop: ProfileAdapter, kind: PageKind) -> None:
    assert shop.parse(a_page("<p class=none>没有</p>", kind=kind)).empty
    with pytest.raises(ExtractionError, match="no sign"):
        shop.parse(a_page("<p>别的页面</p>", kind=kind))


def test_keyword_is_escaped_in_the_search_url(shop: ProfileAdapter) -> None:
    assert shop.search_url("茶 & {page}/..") == "http://shop.example/find?w=%E8%8C%B6+%26+%7Bpage%7D%2F..&p=1"


def test_profile_without_search_says_what_to_do() -> None:
    with pytest.raises(SweepError, match="start_urls"):
        a_bundled_adapter("schema-org").search_url("茶")


def test_reviews_are_masked_and_keep_their_identity(shop: ProfileAdapter) -> None:
    html = """<div class=review><i class=who data-id=77>快乐的小猫</i><i class='s five'></i>
      <p>电话13812345678</p><time>2026-11-05 08:00</time></div>
      <div class=review><i class=who>t***3</i><i class='s two'></i><p>好</p></div>"""
    first, second = shop.parse(a_page(html, kind=PageKind.REVIEWS)).reviews
    assert (first.text, first.nickname, first.stars, first.listing) == (
        "电话138****5678",
        "快***猫",
        5,
        "shop:1",
    )
    assert (first.user, second.user) == ("77", "")
    assert first.posted_at is not None
    assert first.posted_at.isoformat() == "2026-11-05T00:00:00+00:00"
    assert (second.nickname, second.stars, second.posted_at) == ("t***3", None, None)
    again = shop.parse(a_page(html, kind=PageKind.REVIEWS)).reviews
    assert [review.key for review in again] == [first.key, second.key]
    assert first.key != second.key


def test_page_of_a_whole_site_shop_keeps_its_footer(shop: ProfileAdapter) -> None:
    html = "<h1>东篱</h1><footer>统一社会信用代码 91310115MAAY4CL12M <a href=/lic>营业执照</a></footer>"
    parsed = shop.parse(a_page(html, kind=PageKind.SHOP))
    assert parsed.shop is not None
    assert (parsed.shop.key, parsed.shop.name) == ("shop:dongli", "东篱")
    assert parsed.shop.page_text == "东篱\n统一社会信用代码 91310115MAAY4CL12M 营业执照"
    assert parsed.licence_links == (("http://shop.example/lic", "营业执照"),)


def test_platform_footer_is_left_out_of_a_shop_page() -> None:
    fields = "{shop_id: [{css: '#s::attr(data-id)'}], name: [{css: h1}]}"
    profile = f"name: a\nshop: {{leave_out: [footer], fields: {fields}}}"
    html = "<div id=s data-id=77></div><h1>店</h1><footer>平台营业执照<a href=/lic>平台证照</a></footer>"
    parsed = a_profile_adapter(profile).parse(a_page(html, kind=PageKind.SHOP))
    assert parsed.shop is not None
    assert (parsed.shop.shop_id, parsed.shop.page_text, parsed.licence_links) == ("77", "店", ())


def test_licence_page_gives_its_text(shop: ProfileAdapter) -> None:
    assert (
        shop.parse(a_page("<table><tr><th>名称</th><td>某店</td></tr></table>", kind=PageKind.LICENCE)).text
        == "名称 某店"
    )


def test_page_kind_that_the_profile_lacks_is_an_error() -> None:
    with pytest.raises(ExtractionError, match="describes no"):
        a_bundled_adapter("schema-org").parse(a_page("<h1>x</h1>", kind=PageKind.REVIEWS))


@pytest.fixture
def any_shop() -> ProfileAdapter:
    return a_bundled_adapter("schema-org")


def _jsonld(block: str, *, shown: str = "¥39.90") -> str:
    return f"<title>茶</title><h1>茶</h1><p>{shown}</p><script type='application/ld+json'>{block}</script>"


_OFFER = '{"price": 39.90, "priceCurrency": "CNY", "availability": "InStock"}'
_PRODUCT = f'{{"@type": "Product", "name": "茶", "sku": "A1", "offers": {_OFFER}}}'


@pytest.mark.parametrize(
    "block",
    [
        _PRODUCT,
        f"[{_PRODUCT}]",
        f'{{"@graph": [{{"@type": "WebPage"}}, {_PRODUCT}]}}',
        f'{{"@type": "ItemPage", "mainEntity": {_PRODUCT}}}',
        f"<!-- {_PRODUCT} -->",
        f"//<![CDATA[\n{_PRODUCT}\n//]]>",
        _PRODUCT.replace('"', "&quot;"),
        _PRODUCT.replace('"InStock"}', '"InStock",}'),
        _PRODUCT.replace('"Product"', '["Thing", "http://schema.org/Product"]'),
        _PRODUCT.replace('"茶"', '"茶\n"'),
        f'[{_PRODUCT}, {{"@type": "Product", "name": "壶", "offers": {{"price": "39.90"}}, "sku": "B2"}}]',
    ],
    ids=[
        "plain",
        "list",
        "graph",
        "main-entity",
        "comment",
        "cdata",
        "escaped",
        "trailing-comma",
        "types",
        "newline",
        "neighbour",
    ],
)
def test_json_ld_is_read_in_the_shapes_that_occur(any_shop: ProfileAdapter, block: str) -> None:
    listing = listing_in(any_shop.parse(a_page(_jsonld(block))))
    assert (listing.price, listing.currency, listing.item_id) == (Decimal("39.90"), "CNY", "A1")


@pytest.mark.parametrize(
    "block",
    ["{", "", "null", "[]", "[" * 5000, '{"@type": 7, "offers": [[[]]]}', '{"@graph": {"@graph": []}}'],
)
def test_broken_json_ld_is_skipped(any_shop: ProfileAdapter, block: str) -> None:
    parsed = any_shop.parse(a_page(_jsonld(block)))
    assert (listing_in(parsed).title, listing_in(parsed).price) == ("茶", None)
    assert "price" in parsed.missing_fields


@pytest.mark.parametrize(
    "html",
    [
        _jsonld(_PRODUCT, shown="¥59.90"),
        _jsonld(_PRODUCT.replace("39.90,", "0,"), shown="购物车 0"),
        _jsonld(_PRODUCT) + "<meta property=product:price:amount content=29.90><p>¥29.90</p>",
        _jsonld(_PRODUCT.replace('{"price": 39.90', '{"lowPrice": 39.90')),
        _jsonld(
            '{"@type": "Product", "offers": [{"price": 39.90}, {"price": 49.90}]}', shown="¥39.90 ¥49.90"
        ),
        "<h1>茶</h1><b class=price>¥39.90</b><b class=price>¥49.90</b>",
    ],
    ids=["not-displayed", "zero", "contradicted", "range", "two-offers", "two-shown"],
)
def test_price_that_cannot_be_decided_is_missing(any_shop: ProfileAdapter, html: str) -> None:
    parsed = any_shop.parse(a_page(html))
    assert listing_in(parsed).price is None
    assert "price" in parsed.missing_fields


@pytest.mark.parametrize(
    ("html", "price", "currency"),
    [
        (
            "<meta property=og:title content=茶><meta property=og:price:amount content='1,299.00'><p>¥1,299",
            "1299.00",
            "CNY",
        ),
        ("<h1>茶</h1><div class=goods-price><i>¥</i><b class=price-now>¥8.80</b></div>", "8.80", "CNY"),
        ("<h1>Tea</h1><p class=price>£8.80</p>", "8.80", "GBP"),
        (
            "<h1>Tea</h1><p class=price>8<sup>80</sup> Lei</p>"
            + _jsonld(_PRODUCT.replace("39.90", "8.80"), shown=""),
            None,
            "CNY",
        ),
    ],
)
def test_price_stands_in_meta_tags_or_in_sight(
    any_shop: ProfileAdapter, html: str, price: Any, currency: str
) -> None:
    listing = listing_in(any_shop.parse(a_page(html)))
    assert (listing.price, listing.currency) == (price and Decimal(price), currency)


def test_microdata_is_read_by_its_scopes(any_shop: ProfileAdapter) -> None:
    html = """<div itemscope itemtype=http://schema.org/Product><h1 itemprop=name>茶</h1>
      <div itemprop=brand itemscope itemtype=http://schema.org/Brand><b itemprop=name>山泉</b></div>
      <div itemprop=offers itemscope itemtype=http://schema.org/Offer>
      <b itemprop=price content=39.90>¥39.90</b>
      <link itemprop=availability href=http://schema.org/OutOfStock></div></div>
      <div itemscope itemtype=http://schema.org/Product><b itemprop=name>壶</b></div>"""
    listing = listing_in(any_shop.parse(a_page(html)))
    assert (listing.title, listing.brand, listing.price) == ("茶", "山泉", Decimal("39.90"))
    assert listing.availability is Availability.OUT_OF_STOCK


def test_listing_without_an_id_is_known_by_its_address(any_shop: ProfileAdapter) -> None:
    ids = {
        listing_in(any_shop.parse(a_page("<h1>茶</h1>", url=url))).item_id
        for url in (f"{URL}?b=2&a=1", f"{URL}?a=1&b=2#top", f"{URL}?a=1")
    }
    assert len(ids) == 2


_STATE = """
name: ru
currency: CNY
listing:
  fields:
    title: {required: true, from: [{script: 'PAGE > g.nm'}]}
    item_id: [{script: 'PAGE > g.no'}]
    price: {kind: fen, from: [{script: 'PAGE > g.p.now'}]}
    stock: [{script: 'PAGE > g.qty'}]
    images: [{script: 'PAGE > g.pics'}]
    availability: [{script: 'PAGE > g.on', values: {'true': InStock, 'false': OutOfStock}}]
    brand: [{css: .brand}]
  attributes: {row: dl.facts, name: [{css: dt}], value: [{css: dd}]}
search:
  url: /so?k={keyword}
  charset: gb18030
  card: .g
  fields:
    url: [{css: 'a::attr(href)'}]
    title: [{css: a}]
    shop_name: [{css: .who}]
    sales: [{css: .sold}]
    review_count: [{css: .said}]
"""


@pytest.fixture
def scripted() -> ProfileAdapter:
    profile = parse_profile(_STATE, source="ru.yaml")
    return ProfileAdapter(platform="ru", base_url="http://ru.example/", profile=profile)


def test_data_of_the_pages_own_scripts_is_read_by_its_path(scripted: ProfileAdapter) -> None:
    html = """<script>var PAGE = {broken</script><script>var PAGE = {"g": {"no": 77, "nm": "青瓷 碗",
      "p": {"now": 4550}, "qty": 0, "on": false, "pics": ["/1.jpg", "/2.jpg"]}};</script>"""
    parsed = scripted.parse(a_page(html, url="http://ru.example/p/77"))
    listing = listing_in(parsed)
    assert (listing.item_id, listing.price, listing.stock) == ("77", Decimal("45.50"), 0)
    assert listing.availability is Availability.OUT_OF_STOCK
    assert listing.images == ("http://ru.example/1.jpg", "http://ru.example/2.jpg")
    assert dict(parsed.provenance)["price"] == "script: PAGE > g.p.now"


@pytest.mark.parametrize("html", ["", "PAGE = {broken", '<script>PAGE = {"g": [1]}</script>'])
def test_script_that_is_not_there_gives_no_listing(scripted: ProfileAdapter, html: str) -> None:
    with pytest.raises(ExtractionError, match="item_id"):
        scripted.parse(a_page(html))


def test_names_and_values_in_one_list_are_paired_and_give_brand_and_origin(scripted: ProfileAdapter) -> None:
    html = """<script>PAGE = {"g": {"no": 1, "nm": "酱油"}}</script><dl class=facts><dt>品牌</dt><dd>江流</dd>
      <dt>产地：</dt><dd>佛山</dd><dt>产品标准</dt><dd>GB/T 18186</dd><dt>货号</dt><dd>T2001</dd></dl>"""
    parsed = scripted.parse(a_page(html))
    listing = listing_in(parsed)
    assert listing.attributes == (
        ("品牌", "江流"),
        ("产地", "佛山"),
        ("产品标准", "GB/T 18186"),
        ("货号", "T2001"),
    )
    assert (listing.brand, listing.origin, listing.standards) == ("江流", "佛山", ("GB/T 18186",))
    assert "brand" not in parsed.missing_fields


def test_attribute_table_that_moved_is_missing(scripted: ProfileAdapter) -> None:
    html = """<script>PAGE = {"g": {"no": 1, "nm": "酱油"}}</script><dl class=facts><dt>品牌</dt></dl>"""
    assert {"attributes", "brand"} <= set(scripted.parse(a_page(html)).missing_fields)


def test_search_words_go_out_in_the_sites_charset(scripted: ProfileAdapter) -> None:
    assert scripted.search_url("碗") == "http://ru.example/so?k=%CD%EB"


def test_cards_keep_shop_sales_and_reviews_as_shown(scripted: ProfileAdapter) -> None:
    html = """<p class=g><a href=/p/1>碗</a><i class=who>青岚</i>
      <i class=sold>1.2万+人付款</i><i class=said>30</i></p>"""
    (card,) = scripted.parse(a_page(html, kind=PageKind.SEARCH)).cards
    assert (card.shop_name, card.sales_text, card.reviews_text) == ("青岚", "1.2万+人付款", "30")
