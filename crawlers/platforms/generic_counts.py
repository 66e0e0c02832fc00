"""Stock, sales, reviews and ratings in the lines beside the heading 库存、销量、评价数与评分, as shown.

Only what one line says in whole counts: two different counts on a page are none.
"""

from __future__ import annotations

from decimal import Decimal

from crawlers.platforms.parse import Count, count_of, decimal_of
from crawlers.platforms.phrases import Lines, Phrases

_NUMBER = r"\d[\d,.]*\s*(?:万|千|亿|[wk](?![a-z]))?\s*\+?"
_SALES = Phrases(
    rf"(?:月销量?|已售|销量|累计(?:销量|售出|销售)|总销量|已卖出?|售出|已拼|已抢|月成交|交易成功"
    rf"|成交)\s*[:：]?\s*"
    rf"(?:超过?)?\s*{_NUMBER}\s*(?:件|笔|单|份|个)?"
    rf"|{_NUMBER}\s*(?:人付款|人购买|人已?买|人收货|件已售|人已购|笔成交|人拼单)"
    rf"|{_NUMBER}\s*(?:sold\b|verkauft|vendid[oa]s?|vendus?\b|venduti|sprzedan|продано)"
    rf"|(?:sold|verkauft|продано|vendidos)\s*:\s*{_NUMBER}",
    stems=(
        "销", "售", "拼", "抢", "卖出", "成交", "交易成功", "付款", "购", "买", "收货",
        "sold", "verkauft", "vend",         "sprzedan", "продано",
    ),
)  # fmt: skip
_STOCK = Phrases(
    r"(?:库存|庫存|剩余|仅剩|还剩)\s*[:：]?\s*(?P<a>\d{1,9})\s*(?:件|个|份|瓶|箱|盒|套|$)"
    r"|(?:only |just )?(?P<b>\d{1,6})\s*(?:items? |pieces? |units? |pcs\.? )?(?:left|remaining|in stock)\b"
    r"|(?P<f>\d{1,6})\s*(?:items? |pieces? |units? |pcs\.? )?available\b"
    r"|(?:stock|stok|tồn kho|quantity available|lagerbestand|disponibilità|наличие)\s*:\s*(?P<c>\d{1,9})\b"
    r"|noch (?P<d>\d{1,6}) (?:stück )?(?:auf lager|verfügbar)"
    r"|(?P<e>\d{1,6}) (?:stück )?auf lager|(?P<g>\d{1,6}) en stock",
    stems=(
        "库存", "庫存", "剩", "left", "remaining", "stock", "stok", "tồn kho", "available", "lager",
        "verfügbar",
        "disponib", "наличие",
    ),
)  # fmt: skip
_REVIEWS = Phrases(
    rf"(?P<a>{_NUMBER})\s*(?:customer |verified |global |product )?(?:reviews?\b|avis\b|bewertung"
    rf"|rezension|recension"
    r"|recenzi|opini|reseñas?|valoraci|avalia|отзыв|відгук|hodnocen|hodnoten|arvostelu|omdöme|anmeldelse"
    r"|beoordeling"
    r"|yorum|değerlendirme|đánh giá|ulasan|レビュー|クチコミ|条评价|条评论|人评价|则评价|則評價|則評論"
    r"|评价|評價|評論|리뷰|상품평|후기"
    r"|تقييم|مراجع|ביקורות|κριτικ|értékelés)"
    rf"|(?:reviews?|avis|bewertungen|rezensionen|recensioni|opinie|opiniones|reseñas|отзывы|отзывов|відгуки"
    rf"|hodnocení"
    r"|arvostelut|omdömen|anmeldelser|beoordelingen|yorumlar|değerlendirmeler|ulasan|レビュー|累计评价"
    r"|商品评价|评价|評價|評論|评论"
    rf"|리뷰|후기|상품평|التقييمات|ביקורות)\s*[:：]?\s*[(（]?\s*(?P<b>{_NUMBER})",
    stems=(
        "review", "avis", "bewertung", "rezension", "recens", "recenzi", "opini", "reseña", "valoraci",
        "avalia",
        "отзыв", "відгук", "hodnoc", "hodnot", "arvostelu", "omdöme", "anmeldelse", "beoordeling", "yorum",
        "değerlendirme", "đánh giá", "ulasan", "レビュー", "クチコミ", "评价", "评论", "評價",
        "評論", "리뷰", "상품평", "후기",
        "تقييم", "مراجع", "ביקורות", "κριτικ", "értékelés",
    ),
)  # fmt: skip
_RATING = Phrases(
    r"(?<![\d.,])(?P<a>[0-5](?:[.,]\d{1,2})?)\s*(?:/|out of|von|sur|de|su|av|z|из|van|over)\s*5(?![\d.,])"
    r"|(?<![\d.,])(?P<b>[0-5][.,]\d{1,2})\s*[★⭐☆]|[★⭐]\s*(?P<c>[0-5][.,]\d{1,2})(?!\d)"
    r"|(?:rating|rated|评分|評分|оценка|valutazione|평점|評価)\s*[:：]?\s*(?P<d>[0-5][.,]\d{1,2})(?!\d)",
    stems=("5", "★", "⭐", "rating", "rated", "评分", "評分", "оценка", "valutazione", "평점", "評価"),
)
_LONGEST = 80


def sales_in(lines: Lines) -> Count | None:
    """Sales as shown in lower-case lines; ``None`` where none or several are."""
    found = {
        match[0].strip() for place, match in lines.matches(_SALES) if len(lines.lines[place]) <= _LONGEST
    }
    counts = {(each.low, each.high): each for each in map(count_of, sorted(found)) if each.low is not None}
    return next(iter(counts.values())) if len(counts) == 1 else None


def stock_in(lines: Lines) -> int | None:
    """Pieces left as shown in lower-case lines; ``None`` where none or several are."""
    found = {
        int(next(filter(None, match.groups())))
        for place, match in lines.matches(_STOCK)
        if len(lines.lines[place]) <= _LONGEST
    }
    return found.pop() if len(found) == 1 else None


def reviews_in(lines: Lines) -> int | None:
    """Reviews as counted in lower-case lines; ``None`` where no number or several are."""
    found = {
        count_of(next(filter(None, match.groups())))
        for place, match in lines.matches(_REVIEWS)
        if len(lines.lines[place]) <= _LONGEST
    }
    counts = {each.low for each in found if each.low is not None and each.low == each.high}
    return counts.pop() if len(counts) == 1 else None


def rating_in(lines: Lines) -> Decimal | None:
    """The mean of the ratings of five as shown in lower-case lines; ``None`` where none or several are."""
    found = {
        decimal_of(next(filter(None, match.groups())))
        for place, match in lines.matches(_RATING)
        if len(lines.lines[place]) <= _LONGEST
    }
    return found.pop() if len(found) == 1 else None
