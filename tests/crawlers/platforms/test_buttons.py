"""What buttons to buy say 购买按钮 in the languages of shops, and what only looks like one."""

from __future__ import annotations

import pytest

from crawlers.platforms.generic import GenericAdapter
from domain.subjects import Availability
from tests.crawlers.platforms.builders import a_page, listing_in


def availability(button: str) -> Availability:
    text = f"<title>Krug | Laden</title><h1>Krug aus Steingut</h1><p>Krug</p><button>{button}</button>"
    return listing_in(GenericAdapter("shop", "http://shop.example/").parse(a_page(text))).availability


@pytest.mark.parametrize(
    "button",
    [
        "立即订购", "加入进货单", "立即采购", "馬上購買", "加入購物籃", "发起拼团", "单独购买",
        "إضافة للسلة", "أضف إلى عربة التسوق", "הוסף לעגלה", "خرید", "かごに追加", "今すぐ購入", "카트에 담기",
        "Koop nu", "Acheter maintenant", "Compra subito", "Añadir al carro", "Adicionar à sacola",
        "Zamów teraz", "До кошика", "Купить в 1 клик", "Στο καλάθι", "Şimdi Al", "Legg i handlekurv",
        "Osta heti", "Ielikt grozā", "Dodaj u korpu", "Cho vào giỏ", "Tambahkan ke keranjang", "ใส่รถเข็น",
        "कार्ट में डालें",
    ],
)  # fmt: skip
def test_goods_with_a_button_to_buy_are_in_stock(button: str) -> None:
    assert availability(button) is Availability.IN_STOCK


@pytest.mark.parametrize(
    "button", ["立即兑换", "結帳", "Kupitel", "Ostukorv", "Handla vidare", "Добавить отзыв"]
)
def test_other_buttons_say_nothing(button: str) -> None:
    assert availability(button) is Availability.UNKNOWN


def test_pieces_of_a_variant_that_can_be_sold_are_in_stock() -> None:
    text = "<title>收纳箱</title><h1>透明收纳箱 大号</h1><p>{}个可售</p>"
    adapter = GenericAdapter("shop", "http://shop.example/")
    found = [listing_in(adapter.parse(a_page(text.format(n)))).availability for n in (8821, 0)]
    assert found[0] is Availability.IN_STOCK
    assert found[1] is not Availability.IN_STOCK


@pytest.mark.parametrize(
    "notice",
    [
        "无库存", "商品已卖完", "暂停销售", "貨到通知", "在庫がございません", "재고 부족", "Không có sẵn",
        "Produk habis", "לא זמין", "نفذ من المخزون", "Неналичен", "Снято с продажи", "Закінчився",
        "Χωρίς απόθεμα",
        "Stok yok", "This item is unavailable", "Non più disponibile", "Agotada temporalmente", "Fără stoc",
        "Kifutott termék", "Benachrichtige mich, sobald verfügbar", "Laikinai neturime",
        "Poistunut valikoimasta",
    ],
)  # fmt: skip
def test_goods_with_a_notice_and_no_button_are_sold_out(notice: str) -> None:
    text = f"<title>Krug | Laden</title><h1>Krug aus Steingut</h1><p>€12,00</p><p>{notice}</p>"
    adapter = GenericAdapter("shop", "http://shop.example/")
    assert listing_in(adapter.parse(a_page(text))).availability is Availability.OUT_OF_STOCK


@pytest.mark.parametrize(
    "line",
    [
        "数量有限，售完即止", "赠品卖完为止", "Limited edition until sold out", "De retour en stock",
        "Is Discontinued By Manufacturer: No", "Benachrichtige mich, wenn der Preis sinkt",
        "Клапан: отсутствует", "优惠券已失效",
    ],
)  # fmt: skip
def test_line_that_only_sounds_like_a_notice_says_nothing(line: str) -> None:
    text = f"<title>Krug | Laden</title><h1>Krug aus Steingut</h1><p>€12,00</p><p>{line}</p>"
    text += "<button>In den Warenkorb</button>"
    adapter = GenericAdapter("shop", "http://shop.example/")
    assert listing_in(adapter.parse(a_page(text))).availability is Availability.IN_STOCK
