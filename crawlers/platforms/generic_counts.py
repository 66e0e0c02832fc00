"""Stock, sales, reviews and ratings in the lines beside the heading 库存、销量、评价数与评分, as shown.

Only what one line says in whole counts: two different counts on a page are none.
"""

from __future__ import annotations

import re
from decimal import Decimal

from crawlers.platforms.parse import Count, count_of, decimal_of
from crawlers.platforms.phrases import Lines, Phrases, stems_of

_NUMBER = r"\d[\d,.]*\s*(?:万|千|亿|[wk](?![a-z]))?\s*\+?"
_SALES = Phrases(
    rf"(?:月销量?|已售|销量|累计(?:销量|售出|销售)|总销量|已卖出?|售出|已拼|已抢|月成交|交易成功"
    rf"|成交)\s*[:：]?\s*"
    rf"(?:超过?)?\s*{_NUMBER}\s*(?:件|笔|单|份|个)?"
    rf"|{_NUMBER}\s*(?:人付款|人购买|人已?买|人收货|件已售|人已购|笔成交|人拼单)"
    rf"|{_NUMBER}\s*(?:sold\b|verkauft|vendid[oa]s?|vendus?\b|venduti|sprzedan|продано)"
    rf"|(?:sold|verkauft|продано|vendidos|terjual|đã bán|ขายแล้ว|판매량|판매수)\s*:?\s*{_NUMBER}",
    stems=(
        "terjual", "đã bán", "ขายแล้ว", "판매",
        "销", "售", "拼", "抢", "卖出", "成交", "交易成功", "付款", "购", "买", "收货",
        "sold", "verkauft", "vend",         "sprzedan", "продано",
    ),
)  # fmt: skip
_LEFT = r"(?<![\d.,])(?:\d{1,3}(?:[,.]\d{3})+|\d{1,9})(?![.,]?\d)"
"""Pieces, their thousands set apart or not."""
_MEASURES = "[件个個份瓶箱盒套本罐台双雙条條支包袋枚片张張把对對桶只块塊部册冊卷组組]"
"""Chinese measure words 量词 of goods."""
_STOCK = Phrases(
    rf"(?:库存|庫存|剩余|剩餘|仅剩|僅剩|还剩|還剩)\s*[:：]?\s*(?P<a>{_LEFT})\s*(?:{_MEASURES}|$)"
    rf"|(?:only |just )?(?P<b>{_LEFT})\s*(?:items? |pieces? |units? |pcs\.? )?(?:left|remaining|in stock)\b"
    rf"|(?P<f>{_LEFT})\s*(?:items? |pieces? |units? |pcs\.? )?available\b"
    r"|(?:stock|stok|stok total|sisa stok|tồn kho|quantity available|lagerbestand|disponibilità|наличие"
    rf"|остаток)\s*:\s*(?P<c>{_LEFT})\b"
    rf"|noch (?P<d>{_LEFT}) (?:stück )?(?:auf lager|verfügbar)"
    rf"|(?P<e>{_LEFT}) (?:stück )?auf lager|(?P<g>{_LEFT}) en stock"
    rf"|(?P<h>{_LEFT}) (?:unidades )?em estoque"
    rf"|(?:残り|残数|在庫)\s*[:：]?\s*(?:あと)?\s*(?P<i>{_LEFT})\s*(?:個|点|枚|本|袋|台|箱|セット)"
    rf"|(?P<j>{_LEFT})\s*(?:개|점) ?남(?:음|았)|(?P<k>{_LEFT})\s*(?:st|stk)?\.? ?(?:i|på) lager\b"
    rf"|skladem (?P<l>{_LEFT}) ks"
    rf"|(?P<m>{_LEFT}) (?:ks skladem|szt\.? w magazynie|db raktáron|buc\.? în stoc|adet kaldı|op voorraad"
    r"|vorrätig)"
    rf"|en stock\s*[,:]\s*(?P<n>{_LEFT})\b"
    rf"|(?:last|son|ultimele|ultimi|ultime|últim[ao]s|derniers|dernières|laatste|sista|letzten?|последние) "
    rf"(?P<o>{_LEFT}) (?:ürün|adet|produse|bucăți|buc\b|pezzi|unidades|piezas|pièces|articles|stuks|stück"
    rf"|styck|st\b|items|pieces|units|шт)",
    stems=(
        "库存", "庫存", "剩", "left", "remaining", "stock", "stok", "tồn kho", "available", "lager",
        "disponib", "verfügbar", "наличие", "остаток", "em estoque", "残", "在庫", "남", "sklad",
        "magazynie", "raktáron", "stoc", "kaldı", "voorraad", "vorrätig", "last ", "son ", "ultim", "últim",
        "dernièr", "dernier", "laatste", "sista", "letzte", "последние",
    ),
)  # fmt: skip
_REVIEW_WORDS = (
    r"(?:reviews?\b|ratings?\b|avis\b|bewertung|rezension|recension|recenzi|opini|reseñas?|valoraci|avalia"
    r"|отзыв|отзив|оцен|відгук|ревю"
    r"|hodnocen|hodnoten|arvostelu|omdöme|betyg|anmeldelse|vurdering|beoordeling|yorum|değerlendirme"
    r"|đánh giá|nhận xét|ulasan|penilaian"
    r"|รีวิว|レビュー|クチコミ|口コミ|件の評価|条(?:商品)?评[价论]|人评价|人評價|则评价|則評價|則評論"
    r"|评价|評價|評論"
    r"|리뷰|상품평|후기|구매평"
    r"|تقييم|مراجع|ביקורות|חוות דעת|κριτικ|αξιολογ|értékelés|vélemény|recenz|evaluări|arvustus|atsiliepim"
    r"|atsauks)"
)
_REVIEWS = Phrases(
    rf"(?<![\d.,/])(?<!of )(?P<a>{_NUMBER})\s*(?:件の|個の|개의? ?|ta )?(?:customer |verified |global "
    rf"|product |(?!(?:shop|store|seller) )[^\W\d_]{{2,12}} )?"
    rf"(?:[^\W\d_]{{2,10}}(?=bewert|beoord|rezens|omdöm|recens|anmeld|arvost|értékel))?{_REVIEW_WORDS}"
    rf"|(?:reviews?|ratings|avis|bewertungen|rezensionen|recensioni|opinie|opiniones|reseñas|avaliações|valoraciones|отзывы|отзывов"
    rf"|відгуки|hodnocení"
    r"|arvostelut|omdömen|anmeldelser|beoordelingen|yorumlar|değerlendirmeler|ulasan|đánh giá|รีวิว"
    r"|レビュー|累计评价|商品评价"
    r"|评价|評價|評論|评论|vélemények|értékelések|recenzii|recenze|κριτικές"
    rf"|리뷰|후기|상품평|التقييمات|ביקורות)\s*[:：]?\s*[(（]?\s*(?![0-5](?:[.,]\d{{1,2}})?\s*(?:/|★"
    rf"|(?:[^\W\d_]{{1,6}} ){{1,2}}5|\s*[(（]))(?P<b>{_NUMBER})"
    rf"|[0-5][.,]\d{{1,2}}\s*(?:/\s*5\s*)?[(（]\s*(?P<c>{_NUMBER})\s*(?:件|個|건|개|則|人|条)?\s*[)）]",
    stems=(
        *stems_of(_REVIEW_WORDS), "reseñas", "opinie", "hodnocení", "yorumlar", "التقييمات", "评论", "(",
        "（",
    ),
)  # fmt: skip
_OF_SHOP = Phrases(
    r"(?<![\d.,])(?P<a>\d[\d,.]*) (?:shop|store|seller) (?:reviews|ratings)\b"
    r"|(?:shop|store|seller) (?:reviews|ratings)[: (]{1,3}(?P<b>\d[\d,.]*)"
    r"|(?:店铺|店鋪|卖家|賣家)评[价分论]\s*[:：(（]?\s*(?P<c>\d[\d,.]*)",
    stems=("reviews", "ratings", "评价", "评分", "评论"),
)
"""Reviews of all that a shop sells."""
_OF_FIVE = (
    r"(?:/|out of|von|sur|de|su|av|af|z|ze|из|от|від|van|over|uit|od|din|dari|trên|จาก|מתוך|من|από|iš|no"
    r"|5점 만점에)"
)
_RATING = Phrases(
    rf"(?<![\d.,])(?P<a>[0-5](?:[.,]\d{{1,2}})?)\s*{_OF_FIVE}\s*5(?:[.,]0{{1,2}})?(?!\d"
    rf"|[.,]\d)(?!\s*{_REVIEW_WORDS})"
    r"|(?<![\d.,])(?P<g>[0-5][.,]\d{1,2})\s+[^\W\d_]{1,6}\s+5(?:[.,]0{1,2})?(?![\d%]|[.,]\d)"
    r"|平均\s*(?P<h>[0-5][.,]\d{1,2})\s*[星分]"
    r"|(?<![\d.,])(?P<b>[0-5][.,]\d{1,2})\s*[★⭐☆]|[★⭐]\s*(?P<c>[0-5][.,]\d{1,2})(?!\d)"
    r"|(?:rating|rated|评分|評分|оценка|рейтинг|valutazione|értékelés|평점|별점|評価)\s*[:：]?\s*(?P<d>[0-5][.,]\d{1,2})(?!\d)"
    rf"|(?<![\d.,$€£¥])(?P<e>[0-5][.,]\d{{1,2}})(?!\d)\s*[·•|/(（)）,]*\s*{_NUMBER}\s*(?:[^\W\d_]{{2,12}} )?"
    rf"(?:[^\W\d_]{{2,10}}(?=bewert|beoord|rezens|omdöm|recens|anmeld|arvost|értékel))?{_REVIEW_WORDS}"
    r"|(?<![\d.,$€£¥])(?P<f>[0-5][.,]\d{1,2})\s*[(（]\s*\d[\d.,]*\s*(?:件|個|건|개|則|人|条)?\s*[)）]",
    stems=(
        *stems_of(_REVIEW_WORDS), "5", "★", "⭐", "☆", "rating", "rated", "评分", "評分", "оценка",
        "рейтинг", "értékelés", "valutazione", "평점", "별점", "評価", "平均", "(", "（",
    ),
)  # fmt: skip
COUNTS = (_SALES, _STOCK, _REVIEWS, _RATING, _OF_SHOP)
"""All patterns of counts."""
_MEAN = re.compile(r"[0-5][.,]\d{1,2}")
_PIECES = re.compile(
    r"(?P<count>\d{1,7})\s*\+?\s*(?:(?:items?|pieces?|units?|pcs|pc|stück|stk|st|articles?|art[ií]culos?"
    r"|unidades?|pezzi|pz|stuks?|ks|kusů"
    r"|kusov|szt|sztuk|db|darab|buc|adet|шт|штук|бр|kpl|kom|τεμ|件|个|個|份|瓶|盒|套|点|枚|本|개|ชิ้น|cái"
    r"|sản phẩm|buah|قطعة|יחידות)\.?)?"
)
_LONGEST = 80


def sales_in(lines: Lines) -> Count | None:
    """Sales as shown in lower-case lines; ``None`` where none or several are."""
    found = {match[0].strip() for _, match in lines.matches(_SALES, _LONGEST)}
    counts = {(each.low, each.high): each for each in map(count_of, sorted(found)) if each.low is not None}
    return next(iter(counts.values())) if len(counts) == 1 else None


def stock_in(lines: Lines) -> int | None:
    """Pieces left as shown in lower-case lines; ``None`` where none or several are."""
    found = {
        int(re.sub(r"\D", "", next(filter(None, match.groups()))))
        for _, match in lines.matches(_STOCK, _LONGEST)
    }
    return found.pop() if len(found) == 1 else None


def reviews_in(lines: Lines) -> int | None:
    """Reviews as counted in lower-case lines; ``None`` where no number or several are."""
    found = {count_of(next(filter(None, match.groups()))) for _, match in lines.matches(_REVIEWS, _LONGEST)}
    counts = {each.low for each in found if each.low is not None and each.low == each.high}
    return counts.pop() if len(counts) == 1 else None


def shop_reviews_in(lines: Lines) -> set[int]:
    """Numbers of reviews of the whole shop in lower-case lines."""
    return {
        int(re.sub(r"\D", "", next(filter(None, match.groups())))) for _, match in lines.matches(_OF_SHOP)
    }


def rating_in(lines: Lines) -> Decimal | None:
    """The mean of the ratings of five as shown in lower-case lines; ``None`` where none or several are.

    A bare number from 0 to 5 with decimals counts where it stands on the line beside the number of reviews.
    """
    found = {decimal_of(next(filter(None, match.groups()))) for _, match in lines.matches(_RATING, _LONGEST)}
    if not found:
        beside = (each for place, _ in lines.matches(_REVIEWS) for each in (place - 1, place + 1))
        near = [lines.lines[each] for each in beside if 0 <= each < len(lines.lines)]
        found = {decimal_of(each) for each in near if _MEAN.fullmatch(each)}
    return found.pop() if len(found) == 1 else None


def pieces_in(value: str) -> int | None:
    """The number of pieces that a labelled value is, such as "12", "12 Stück" or "640件"; else ``None``.

    >>> pieces_in("12 Stück"), pieces_in("640件"), pieces_in("2-3 days")
    (12, 640, None)
    """
    match = _PIECES.fullmatch(value.strip(" ()（）").lower())
    return int(match["count"]) if match else None
