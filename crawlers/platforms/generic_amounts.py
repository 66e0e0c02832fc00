"""Amounts of money that a person sees on a page, each with the reasons for and against being the price
价格识别.

No selector of any site: what counts is the currency sign, what the markup calls the place, how near it
is to the heading
and the buy button, whether it is crossed out, and whether it stands inside a link to something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from crawlers.platforms.generic_locale import Locale
from crawlers.platforms.generic_view import HIDDEN_CLASS, View, chain, named
from crawlers.platforms.generic_words import (
    ASIDE_CLASS,
    LIST_PRICE,
    MAIN_CLASS,
    NOT_THE_PRICE,
    OLD_CLASS,
    OTHER_CLASS,
    PER_UNIT,
    PRICE_CLASS,
)
from crawlers.platforms.parse import decimal_of
from crawlers.platforms.tree import Element, link_of, squash

SIGN = (
    r"US\s?\$|AU?\s?\$|CA?\s?\$|NZ\s?\$|HK\s?\$|NT\s?\$|MX\s?\$|S\$|R\$|C\$|[$€£¥￥₪₩₹₽₸฿₫₺₴₱]|"
    r"\b(?:USD|EUR|GBP|CHF|CAD|AUD|NZD|TWD|HKD|CNY|RMB|JPY|KRW|INR|RUB"
    r"|BYN|KZT|UAH|PLN|CZK|HUF|RON|BGN|SEK|NOK|DKK|ILS|TRY|BRL|ARS|CLP|COP|MXN|PEN|ZAR|SGD|MYR|THB|"
    r"PHP|IDR|VND|AED|SAR|NIS)\b"
    r"|zł|Kč|\bkr\b\.?|\bSEK\b|\blei\b|\bron\b|руб\.?|б\.\s?р\.|\bр\.|тг\.?|тенге|грн\.?|лв\.?|ש\"ח|"
    r"ש״ח|\bFr\.|(?-i:(?<=\d) ?Ft\b)|元|円|원|\bTL\b|EUR"
)
_SIGN = re.compile(SIGN, re.IGNORECASE)
_MAY_BE_SIGN = re.compile(
    r"[$€£¥￥₪₩₹₽₸฿₫₺₴₱元円원]|usd|eur|gbp|chf|cad|aud|nzd|twd|hkd|cny|rmb|jpy|krw|inr|rub|byn|kzt|uah|pln|czk|huf|ron|bgn"
    r"|sek|nok|dkk|ils|try|brl|ars|clp|cop|mxn|pen|zar|sgd|myr|thb|php|idr|vnd|aed|sar|nis|zł|kč|kr|lei|руб|р\.|тг|тенге"
    r"|грн|лв|ש|fr\.|ft|tl"
)
"""A cheap look in lower-case text before the exact one: most numbers on a page are no money."""
_NUMBER = re.compile(
    r"(?<![\w.,/#])(?:\d{1,3}(?:[\s\u00a0\u202f.,'’]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|"
    r"\d+(?:[.,]\d{1,4})?)(?:\s?[,.]\s?[-–—]+)?(?![\w%/]*%)"
)
_DIGIT = re.compile(r"\d")
_SPLIT_CENTS = re.compile(
    rf"^(?P<before>\s*(?:{SIGN})?\s*)(?P<whole>\d{{1,3}}(?:[.,]?\d{{3}})*) (?P<cents>\d{{2}})"
    rf"(?P<after>\s*(?:{SIGN})?\s*)$",
    re.IGNORECASE,
)
"""Whole part and cents in two elements, told apart by style alone."""
_MINOR_CLASS = re.compile(r"cent|decimal|fraction|minor|kop|(?<![a-z])sup|penny|pence|small", re.IGNORECASE)
_LONGEST_AMOUNT = 60
_LONGEST_ADDITION = 6
_LARGEST = Decimal(10**12)
_TO = re.compile(rf"\s*(?:{SIGN})?\s*(?:[-–—~～至]|to|bis|à|a|до)\s*(?:{SIGN})?\s*", re.IGNORECASE)
_MOST_CANDIDATES = 1_500
_LEVELS = 5


@dataclass(slots=True)
class Amount:
    """One amount as seen."""

    value: Decimal
    text: str
    element: Element
    place: int
    """Index of the first run that shows it."""
    sign: str
    high: Decimal | None = None
    """Upper end, where a range is shown."""
    score: float = 0.0
    is_list_price: bool = False
    reasons: list[str] = field(default_factory=list)

    def add(self, points: float, reason: str) -> None:
        """Counts one reason."""
        self.score += points
        self.reasons.append(f"{reason} {points:+g}")


def amounts_of(
    view: View, *, locale: Locale, currency: str, url: str, title_place: int | None, buy_places: list[int]
) -> list[Amount]:
    """Every amount in sight, in reading order, scored as the price of the page's own goods."""
    found: list[Amount] = []
    seen: set[Element] = set()
    for place, run in enumerate(view.runs):
        if not _DIGIT.search(run.text) or len(run.text) > 400 or run.element.tag == "time":
            continue
        near = "\n".join([each.text[:_LONGEST_AMOUNT] for each in view.runs[max(0, place - 1) : place + 3]])
        if not _MAY_BE_SIGN.search(near.lower()) and not _is_called_price(run.element):
            continue
        block = _block_of(run.element, run.text)
        if block is None or block[0] in seen:
            continue
        element, text = block
        seen.add(element)
        for amount in _read(text, element, place, currency, locale):
            amount.is_list_price = run.struck
            found.append(amount)
        if len(found) > _MOST_CANDIDATES:
            break
    shapes = Counter(_shape(each.element) for each in found)
    for each in found:
        _weigh(each, view, shapes, url, title_place, buy_places)
    return found


def _block_of(element: Element, text: str) -> tuple[Element, str] | None:
    """The smallest element whose text is an amount with its sign, or what its markup calls a price."""
    best: tuple[Element, str] | None = None
    own = squash(text)
    own_numbers = len(_NUMBER.findall(own))
    if _SIGN.search(own):
        joined = _joined(element)
        best = element, joined if len(joined) <= len(own) + 12 else own
        if own_numbers and len(own) > _LONGEST_AMOUNT:
            return element, own
    for each in chain(element, _LEVELS):
        joined = _joined(each)
        if len(joined) > _LONGEST_AMOUNT:
            break
        signs = _SIGN.findall(joined)
        if best is not None and (len(signs) > 1 or _says_more(joined, best[1])):
            break
        if best is None and len(_NUMBER.findall(joined)) != own_numbers:
            break
        is_better = best is None or (len(_NUMBER.findall(joined)) == 1 and _count_blocks(each) <= 3)
        if is_better and (signs or (best is None and PRICE_CLASS.search(named(each)))):
            best = each, joined
    return best


def _is_called_price(element: Element) -> bool:
    return any(each.attrib and _names_a_price(named(each)) for each in chain(element, _LEVELS))


@lru_cache(maxsize=4096)
def _names_a_price(name: str) -> bool:
    return PRICE_CLASS.search(name) is not None


def _says_more(joined: str, text: str) -> bool:
    """Whether a wider text adds another number or more than its sign or its cents."""
    if len(joined) > len(text) + _LONGEST_ADDITION:
        return True
    return len(_NUMBER.findall(joined)) > len(_NUMBER.findall(text))


def _count_blocks(element: Element) -> int:
    return sum(1 for child in element if child.tag in ("div", "p", "li", "td", "dd"))


def _joined(element: Element) -> str:
    """Text of an element; cents that are set apart by markup get their point back."""
    pieces: list[str] = []
    length = 0
    for event_text, owner, is_tail in _texts(element):
        text = squash(event_text) if event_text.strip() else " "
        last = "".join(pieces[-2:]).rstrip()
        if (
            not is_tail
            and re.fullmatch(r"\d{2}", text)
            and last[-1:].isdigit()
            and (owner.tag in ("sup", "small") or _MINOR_CLASS.search(named(owner)))
            and not re.search(r"[.,]\d{2}$", last)
        ):
            text = f".{text}"
            pieces[:] = ["".join(pieces).rstrip()]
        elif (
            event_text[:1].isspace()
            or (pieces and not is_tail and owner.tag not in _GLUED)
            or (last[-1:].isdigit() and text[:1].isdigit())
        ):
            text = " " + text
        if event_text[-1:].isspace():
            text += " "
        pieces.append(text)
        length += len(text)
        if length > 500:
            break
    return squash("".join(pieces))


_GLUED = frozenset({"sup", "sub", "span", "b", "i", "em", "strong", "font", "small", "bdi", "a"})
_SKIP = frozenset({"script", "style", "noscript", "template", "svg", "option"})


def _texts(element: Element) -> Iterable[tuple[str, Element, bool]]:
    stack: list[tuple[Element, bool]] = [(element, False)]
    budget = 60
    while stack and budget:
        node, is_end = stack.pop()
        budget -= 1
        if is_end:
            if node.tail and node is not element:
                yield node.tail, node, True
            continue
        stack.append((node, True))
        if not isinstance(node.tag, str) or node.tag in _SKIP:
            continue
        if node.text:
            yield node.text, node, False
        if len(node) > 20:
            yield "x" * 501, node, False
            return
        stack.extend((child, False) for child in reversed(node))


def _read(text: str, element: Element, place: int, currency: str, locale: Locale) -> Iterable[Amount]:
    text = _SPLIT_CENTS.sub(r"\g<before>\g<whole>.\g<cents>\g<after>", text)
    signs = [(match.start(), match.end(), match[0]) for match in _SIGN.finditer(text)]
    numbers = list(_NUMBER.finditer(text))
    is_short = len(text) <= _LONGEST_AMOUNT
    if (shown := _range_in(text, numbers, signs, currency, locale)) is not None:
        low, high, sign = shown
        return [Amount(low, text[:_LONGEST_AMOUNT], element, place, sign, high=high)]
    amounts = []
    for match in numbers:
        sign = _sign_beside(match, signs)
        if not sign and not (is_short and len(numbers) == 1 and len(text) <= len(match[0]) + 3):
            continue
        value = _value(match[0], currency, locale)
        if value is not None:
            amounts.append((match, sign, Amount(value, text[:_LONGEST_AMOUNT], element, place, sign)))
    kept = [amount for _, sign, amount in amounts if sign] or [amount for _, _, amount in amounts]
    return kept if signs else kept[:1]


def _range_in(
    text: str, numbers: list[re.Match[str]], signs: list[tuple[int, int, str]], currency: str, locale: Locale
) -> tuple[Decimal, Decimal, str] | None:
    """Both ends and the sign of a text that is one range of prices 价格区间."""
    if len(numbers) != 2 or not signs or len(text) > _LONGEST_AMOUNT:
        return None
    one, other = numbers
    if not _TO.fullmatch(text[one.end() : other.start()]):
        return None
    sign = _sign_beside(one, signs) or _sign_beside(other, signs)
    low, high = _value(one[0], currency, locale), _value(other[0], currency, locale)
    return (low, high, sign) if sign and low is not None and high is not None and low < high else None


def _value(shown: str, currency: str, locale: Locale) -> Decimal | None:
    digits = re.sub(r"[\s\u00a0\u202f’]", " ", re.sub(r"\s?[,.]\s?[-–—]+$", "", shown))
    value = decimal_of(digits, currency=currency)
    if value is None and locale.has_decimal_comma and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        value = Decimal(digits.replace(".", ""))
    return value if value is not None and value < _LARGEST else None


def _sign_beside(match: re.Match[str], signs: list[tuple[int, int, str]]) -> str:
    for start, end, sign in signs:
        if 0 <= match.start() - end <= 2 or 0 <= start - match.end() <= 2:
            return sign
    return ""


def _shape(element: Element) -> tuple[str, str]:
    parent = element.getparent()
    return (
        f"{element.tag}.{element.get('class') or ''}",
        "" if parent is None else f"{parent.tag}.{parent.get('class') or ''}",
    )


def _weigh(
    amount: Amount,
    view: View,
    shapes: Counter[tuple[str, str]],
    url: str,
    title_place: int | None,
    buy_places: list[int],
) -> None:
    _weigh_markup(amount, url)
    _weigh_words(amount, view)
    if amount.sign:
        amount.add(2, "currency")
    if amount.value == 0:
        amount.add(-6, "zero")
    repeated = shapes[_shape(amount.element)]
    if repeated > 3:
        amount.add(-min(3, repeated / 4), "repeated")
    if title_place is not None:
        _weigh_distance(amount, amount.place - title_place)
    near = min((abs(amount.place - place) for place in buy_places), default=None)
    if near is not None and near < 40:
        amount.add(1.5 * (1 - near / 40), "near buy")


def _weigh_words(amount: Amount, view: View) -> None:
    around = _around(amount, view)
    if PER_UNIT.search(amount.text) or PER_UNIT.match(around[1]):
        amount.add(-4, "per unit")
    if NOT_THE_PRICE.search(around[0]) or NOT_THE_PRICE.search(around[1][:30]):
        amount.add(-3, "words of other amounts")
    if re.search(r"\bx\s*$", around[0]):
        amount.add(-4, "instalment")
    if LIST_PRICE.search(around[0]):
        amount.is_list_price = True
    if amount.is_list_price:
        amount.add(-5, "list price")


def _weigh_distance(amount: Amount, distance: int) -> None:
    if 0 <= distance <= 150:
        amount.add(4 * (1 - distance / 150) + 1, "after heading")
    elif -25 <= distance < 0:
        amount.add(2.5 if distance >= -12 else 1.5, "before heading")
    elif distance < 0:
        amount.add(-2, "far before heading")
    else:
        amount.add(-1, "far after heading")


def _weigh_markup(amount: Amount, url: str) -> None:
    names = [named(each) for each in chain(amount.element, 4)]
    own = " ".join(names[:3])
    if PRICE_CLASS.search(own):
        amount.add(2.5, "called price")
    if "price" in (amount.element.get("itemprop") or ""):
        amount.add(2, "itemprop")
    if MAIN_CLASS.search(own):
        amount.add(1, "called main")
    if OLD_CLASS.search(" ".join(names[:2])):
        amount.is_list_price = True
    if HIDDEN_CLASS.search(own):
        amount.add(-1.5, "hidden by class")
    if any(each.tag in ("b", "strong", "h1", "h2", "h3", "big") for each in chain(amount.element, 3)):
        amount.add(0.5, "emphasised")
    _weigh_surroundings(amount, url)


def _weigh_surroundings(amount: Amount, url: str) -> None:
    for level, each in enumerate(chain(amount.element, 12)):
        name = named(each)
        is_goods_header = each.tag == "header" and next(each.iter("h1"), None) is not None
        if each.tag in ("footer", "header", "nav") and not is_goods_header:
            amount.add(-4, each.tag)
        if each.tag == "a" and _leads_elsewhere(each, url):
            amount.add(-5, "in a link elsewhere")
        if not name.strip() or each.tag in ("body", "html") or is_goods_header:
            continue
        if level < 4 and (other := OTHER_CLASS.search(name)):
            amount.add(-5, f"called {other[0]}")
            break
        if aside := ASIDE_CLASS.search(name):
            amount.add(-3 if level < 7 else -1, f"inside {aside[0]}")
            break


def _leads_elsewhere(anchor: Element, url: str) -> bool:
    target = link_of(url, anchor.get("href") or "")
    return bool(target) and target.split("?")[0].rstrip("/") != url.split("?")[0].rstrip("/")


def _around(amount: Amount, view: View) -> tuple[str, str]:
    """What stands before the amount, on its line or as its label, and right after it."""
    runs = view.runs
    before = " ".join(run.text for run in runs[max(0, amount.place - 2) : amount.place])
    before = re.split(r"\d", before)[-1][-40:]
    text = amount.text
    number = _NUMBER.search(text)
    inside = text[: number.start()] if number else ""
    after = runs[amount.place + 1].text[:30] if amount.place + 1 < len(runs) else ""
    if _DIGIT.search(after) and not after.lstrip().startswith("/"):
        after = ""
    tail = text[number.end() :] if number else ""
    return f"{squash(before)} {inside}", squash(f"{tail} {after}")
