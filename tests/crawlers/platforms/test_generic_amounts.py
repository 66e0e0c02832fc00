"""Which amount on a page is the price, where markup cuts it up, doubles it or sets another beside it."""

from __future__ import annotations

from decimal import Decimal

from crawlers.platforms.generic import GenericAdapter
from domain.subjects import Listing
from tests.crawlers.platforms.builders import a_page, listing_in

_BUY = "<button>Add to cart</button>"


def _read(body: str, *, style: str = "", lang: str = "en") -> Listing:
    head = f"<head><title>Blue kettle 2 l</title><style>{style}</style></head>"
    text = f'<html lang="{lang}">{head}<body>{body}</body></html>'
    return listing_in(GenericAdapter("shop", "https://shop.example/").parse(a_page(text)))


def test_cents_behind_a_whole_number_that_is_called_a_price_beside_a_former_one() -> None:
    price = '<em>$</em><i class="price-a">24</i><i class="price-b">.90</i> <del>$31.00</del>'
    listing = _read(f"<h1>Blue kettle 2 l</h1><p>{price} <u>12 bought</u></p>{_BUY}")
    assert (listing.price, listing.list_price) == (Decimal("24.90"), Decimal("31.00"))


def test_raised_cents_with_a_mark_of_their_own_are_no_amount() -> None:
    price = '<p class="price">899<sup><i>&#44;</i>49</sup> <b>Lei</b></p>'
    listing = _read(f"<h1>Fierbător albastru</h1>{price}<button>Adaugă în coș</button>", lang="ro")
    assert listing.price == Decimal("899.49")


def test_a_reduction_in_percent_is_no_part_of_the_price_behind_it() -> None:
    price = '<b class="savings">-42%</b> <i class="price"><u>$</u><u>29</u><sup>00</sup></i>'
    picture = "<div><b>$15.00</b> <i>a picture of it</i></div>"
    listing = _read(f"<h1>Blue kettle 2 l</h1><div>{price}</div>{picture}{_BUY}")
    assert listing.price == Decimal("29.00")


def test_a_former_price_said_to_those_who_do_not_see_it_is_the_same_former_price() -> None:
    old = '<b class="amount"><i class="cut">$50.00</i><i>$50.00</i></b>'
    body = f'<h1>Blue kettle 2 l</h1><p class="x">$29.00</p><p class="y">M.R.P.: {old}</p>{_BUY}'
    listing = _read(body)
    assert (listing.price, listing.list_price) == (Decimal("29.00"), Decimal("50.00"))


def test_a_page_of_tables_is_no_row_of_cards() -> None:
    own = '<tr><td><a href="/big.jpg"><img src="a.jpg"></a></td><td><b>$214.00</b></td></tr>'
    other = '<td><a href="/p/{n}"><img src="{n}.jpg"> Kettle {n}</a> <b>${n}.00</b></td>'
    others = "".join(other.format(n=n) for n in range(11, 15))
    body = f"<h1>Blue kettle 2 l</h1><table>{own}</table><table><tr>{others}</tr></table>"
    assert _read(body).price == Decimal("214.00")


def test_words_behind_an_amount_are_not_those_of_the_amount_on_the_next_line() -> None:
    net = "<p><i class='cost'>$20.00</i> <u>(excl. VAT)</u></p>"
    body = f"<h1>Blue kettle 2 l</h1><p><i class='cost'>$24.00</i> <u>(incl. VAT)</u></p>{net}{_BUY}"
    assert _read(body).price == Decimal("24.00")


def test_a_price_before_tax_is_none_in_the_table_of_quantities_either() -> None:
    net = "<p><i class='cost'>$20.00</i> <u>(excl. VAT)</u></p>"
    steps = "<table><tr><td>1 to 9</td><td>$20.00</td></tr><tr><td>10 +</td><td>$18.00</td></tr></table>"
    body = f"<p><b class='cost'>$24.00</b> <u>(incl. VAT)</u></p>{net}<p>kettle</p>{steps}"
    told = '<script type="application/ld+json">{"@type":"Product","name":"Blue kettle 2 l","offers":'
    told += '{"@type":"Offer","price":"20.00","priceCurrency":"USD"}}</script>'
    assert _read(f"{told}<h1>Blue kettle 2 l</h1>{body}").price == Decimal("24.00")


def test_what_a_deposit_counts_for_is_not_the_price() -> None:
    terms = "<div>定金 <em>100元</em> 可抵 <em>180元</em>，尾款 <b class='price'>899元</b></div>"
    body = f"<h1>蓝色水壶</h1><p class='price'>预售价 999元</p>{terms}<a class='btn'>立即支付定金</a>"
    assert _read(body, lang="zh").price == Decimal(999)


def test_a_share_behind_the_words_for_a_way_to_pay_leaves_them_its_label() -> None:
    price = '<b class="price">R$ 120,00</b></p><p class="offer-price">'
    body = f"<h1>Chaleira azul</h1><p>{price}<i>R$ 114,00</i> no Pix (5% de desconto)</p>"
    assert _read(f"{body}<button>Comprar</button>", lang="pt").price == Decimal("120.00")


def test_a_header_that_names_the_goods_has_their_price_too() -> None:
    body = '<div class="page-header"><p class="price">$24.00</p><h1>Blue kettle 2 l</h1></div>'
    assert _read(f"<p>Home</p>{body}<p>Boils fast</p>").price == Decimal("24.00")


def test_a_block_that_has_instalments_is_not_one_of_them() -> None:
    price = '<div class="offer has-installments"><p class="price">$24.00</p><p>or $2.00 a month</p></div>'
    picture = '<div class="gift"><b>$15.00</b> <i>a picture of it</i></div>'
    assert _read(f"<h1>Blue kettle 2 l</h1>{price}{picture}{_BUY}").price == Decimal("24.00")


def test_prose_about_other_goods_has_no_price_of_these() -> None:
    other = "<p>Try the Green pan, 24 cm wide, $15.00</p>"
    assert _read(f"<h1>Blue kettle 2 l</h1><p>Sold out</p>{other}").price is None
