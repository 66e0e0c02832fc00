"""Result and category lists of an unknown shop 列表页: cards that repeat, with a link, a name and a price.

What repeats is found by the prices: the largest part around a price that holds no other card's price is a
card.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from crawlers.platforms.base import Card, ParsedPage
from crawlers.platforms.generic_amounts import Amount, Shape, shape_of
from crawlers.platforms.generic_price import PricedPage
from crawlers.platforms.generic_signs import SIGN
from crawlers.platforms.kept import kept
from crawlers.platforms.parse import count_of
from crawlers.platforms.tree import Element, link_of, same_site, text_of, xpath
from domain.errors import ExtractionError
from domain.identity import canonical_url, digest_of

_LEAST_CARDS = 3
_MOST_CARDS = 500
_LEVELS, _MOST_LINKS = 12, 20
_MOST_BETWEEN = 4
"""Parts of the same tag without an amount that may stand between two cards."""
_LONGEST_SALES = 40
_LINKS = xpath("descendant-or-self::a[@href]")
_HEADINGS = xpath(".//h2 | .//h3 | .//h4")
_CALLED_TITLE = xpath(
    ".//*[contains(@class, 'title') or contains(@class, 'Title') or contains(@class, 'name')"
    " or contains(@class, 'Name')]"
)
_LEAST_TITLE = 4
_SIGN = re.compile(SIGN)
_PRICED = re.compile(rf"(?:{SIGN})\s?\d|\d\s?(?:{SIGN})")
_NEXT = xpath("//a[@rel='next']/@href | //link[@rel='next']/@href")
_NOTHING = re.compile(
    r"没有找到|未找到|暂无商品|没有相关|no (?:results|products|items)|nothing found|0 results"
    r"|keine (?:ergebnisse|artikel)|aucun (?:résultat|produit)|nessun (?:risultato|prodotto)|sin resultados"
    r"|ничего не найдено|見つかりません"
)
_SALES = re.compile(r"已售|销量|月销|付款|成交|\bsold\b|verkauft")


@dataclass(frozen=True)
class ListPage(PricedPage):
    """One page of results of an unknown shop."""

    def parsed(self) -> ParsedPage:
        """The cards, and where the list goes on.

        Raises:
            ExtractionError: nothing repeats, and the page does not say that nothing was found.
        """
        cards = tuple(self._cards())
        is_empty = not cards and _NOTHING.search(self.view.folded[0]) is not None
        if not cards and not is_empty:
            raise ExtractionError(
                "cards", url=self.url, why="no priced links repeat, and no sign of an empty list"
            )
        links = (link_of(self.url, str(href)) for href in _NEXT(self.root))
        following = (link for link in links if link and link != self.url and same_site(link, self.url))
        return ParsedPage(
            cards=cards,
            empty=is_empty,
            next_url=next(following, ""),
            provenance=(("cards", "visible: priced links that repeat"),) if cards else (),
        )

    @kept
    def cards(self) -> frozenset[Element]:
        """None: on a list no goods are other ones."""
        return frozenset()

    @property
    def most_alike(self) -> int:
        """All of them: on a list, amounts of the same markup are what is looked for."""
        return _MOST_CARDS * 3

    def _cards(self) -> Iterator[Card]:
        seen: set[str] = set()
        for part, amounts in self._parts.items():
            link, title = self._named_link(part)
            if not link or not title or canonical_url(link) in seen or len(seen) >= _MOST_CARDS:
                continue
            seen.add(canonical_url(link))
            sales = next((line for line in self._short_lines(part) if _SALES.search(line.lower())), "")
            yield Card(
                url=link,
                item_id=digest_of(canonical_url(link))[:24],
                title=title,
                price=_price_of(amounts),
                sales_text=sales if count_of(sales).low is not None else "",
            )

    @kept
    def _parts(self) -> dict[Element, list[Amount]]:
        """Cards in reading order, each with its amounts; the most frequent kind of place alone counts."""
        holders: Counter[Element] = Counter()
        for amount in self.amounts:
            holders.update([amount.element, *amount.element.iterancestors()])
        cards: dict[Element, list[Amount]] = {}
        for amount in self.amounts:
            part = self._card_around(amount.element, holders)
            if part is not None:
                cards.setdefault(part, []).append(amount)
        rows: dict[Shape, list[Element]] = {}
        for part in cards:
            rows.setdefault(_row_of(part), []).append(part)
        alike = max((self._alike(row, cards) for row in rows.values()), key=len, default=[])
        return {part: cards[part] for part in alike} if len(alike) >= _LEAST_CARDS else {}

    @staticmethod
    def _alike(row: list[Element], amounts: dict[Element, list[Amount]]) -> list[Element]:
        """Those of a row with at least half of the classes that most of it bear, or with their amount where
        most of these have it.

        Reduced or sold-out goods have a class more than their neighbours, some goods their own number for
        one, the last of a page at times none.
        """
        borne = Counter(word for part in row for word in _classes(part))
        common = {word for word, count in borne.items() if count * 2 >= len(row)}
        called = {part for part in row if len(_classes(part) & common) * 2 >= len(common)}
        ways = {part: _way_to(amounts[part][0].element, part) for part in row}
        usual = Counter(ways[part] for part in row if part in called).most_common(1)
        return [part for part in row if part in called or [ways[part]] == [way for way, _ in usual]]

    def _card_around(self, element: Element, holders: Counter[Element]) -> Element | None:
        """The widest part with a link and without the amounts of a sibling that looks the same."""
        best: Element | None = None
        current: Element | None = element
        for _ in range(_LEVELS):
            if current is None or current.tag in ("body", "html"):
                break
            if self._link_in(current):
                best = current
                parent = current.getparent()
                if (
                    parent is not None
                    and holders[parent] > holders[current]
                    and self._has_twin(current, holders)
                ):
                    return best
            current = current.getparent()
        return None

    def _has_twin(self, element: Element, holders: Counter[Element]) -> bool:
        """Whether the next of its kind before or behind it is one; what shows no amount is passed over."""
        siblings = (element.itersiblings(element.tag, preceding=side) for side in (True, False))
        nearest = (
            next((each for each in islice(side, _MOST_BETWEEN) if holders[each]), None) for side in siblings
        )
        return any(each is not None and self._link_in(each) for each in nearest)

    def _link_in(self, part: Element) -> bool:
        return any(link_of(self.url, each.get("href") or "") for each in _LINKS(part)[:5])

    def _named_link(self, part: Element) -> tuple[str, str]:
        """Address and name of the goods: a heading's words, what is called a title, a link's, a picture's."""
        links = [(link_of(self.url, each.get("href") or ""), each) for each in _LINKS(part)[:_MOST_LINKS]]
        named = [(link, self._name_in(each) or each.get("title") or "") for link, each in links if link]
        pictured = next((alt for each in part.iter("img") if (alt := (each.get("alt") or "").strip())), "")
        heading = self._own_heading(_called_in(part), pictured)
        if heading in self._said_often and any(self._weight(pair)[0] for pair in named if pair[1]):
            # The shop's or the maker's name, where the goods' stands in a plain link.
            heading = ""
        of_heading = [pair for pair in named if heading and pair[1].strip() == heading]
        link, text = max(of_heading or named, key=self._weight, default=("", ""))
        has_own_words = bool(text) and len(text) <= 300 and not re.fullmatch(r"[\W\d]*", text)
        return link, heading or (_without_price(text) if has_own_words else pictured or self._words_of(part))

    def _words_of(self, part: Element) -> str:
        """The longest words of a card that are no amount and that not many cards say."""
        worded = {word for word in _worded(part) if not _PRICED.search(word)}
        return max((word for word in worded if self._worded_in[word] < _LEAST_CARDS), key=len, default="")

    @kept
    def _worded_in(self) -> Counter[str]:
        """In how many cards a part says the same."""
        return Counter(word for part in self._parts for word in set(_worded(part)))

    def _weight(self, named: tuple[str, str]) -> tuple[bool, int]:
        """What puts the link of the goods before those of their shop or maker."""
        return self._linked_in[named[1]] < _LEAST_CARDS, len(named[1])

    def _name_in(self, link: Element) -> str:
        """A link's words; of several parts, as where it holds the whole card, the longest that is no amount
        and that not many cards say.
        """
        parts = list(_worded(link))
        own = [part for part in parts if self._linked_in[part] < _LEAST_CARDS]
        unpriced = [part for part in own if not _PRICED.search(part)]
        return max(unpriced or own or parts, key=len, default="")

    @kept
    def _linked_in(self) -> Counter[str]:
        """In how many cards a part of a link says the same."""
        return Counter(
            word
            for part in self._parts
            for word in {word for link in _LINKS(part)[:_MOST_LINKS] for word in _worded(link)}
        )

    def _own_heading(self, called: list[tuple[Element, str]], pictured: str) -> str:
        """What the picture is called too, else the first where cards do not say the same, as of makers."""
        texts = [text for _, text in called]
        if pictured in texts:
            return pictured
        own = (text for each, text in called if shape_of(each) not in self._repeated)
        return next(own, next(iter(texts), ""))

    @kept
    def _said_often(self) -> set[str]:
        """Words of headings that several cards bear."""
        said = Counter(text for part in self._parts for text in {text for _, text in _called_in(part)})
        return {text for text, count in said.items() if count >= _LEAST_CARDS}

    @kept
    def _repeated(self) -> set[Shape]:
        """Kinds of headings of which most say what others of them say."""
        said: dict[Shape, list[str]] = {}
        for part in self._parts:
            for each, text in _called_in(part):
                said.setdefault(shape_of(each), []).append(text)
        return {
            shape
            for shape, texts in said.items()
            if len(texts) >= _LEAST_CARDS and len(set(texts)) * 2 <= len(texts)
        }

    def _short_lines(self, part: Element) -> Iterator[str]:
        for each in part.iter():
            if isinstance(each.tag, str) and each.text and len(each.text.strip()) <= _LONGEST_SALES:
                yield each.text.strip()


def _called_in(part: Element) -> list[tuple[Element, str]]:
    """Headings and what is called a title in a card, in this order, with their words."""
    called = ((each, text_of(each)) for each in (*_HEADINGS(part), *_CALLED_TITLE(part)))
    return [(each, text) for each, text in called if len(text) >= _LEAST_TITLE]


def _worded(element: Element) -> Iterator[str]:
    """The words of an element as one part, or part by part where all of them stand in its children."""
    is_whole = (
        not len(element)
        or bool((element.text or "").strip())
        or any((each.tail or "").strip() for each in element)
    )
    if not is_whole:
        for each in element:
            if isinstance(each.tag, str):
                yield from _worded(each)
        return
    text = text_of(element)
    if any(map(str.isalpha, _SIGN.sub("", text))):
        yield text


def _row_of(part: Element) -> Shape:
    """The tag of a card and where cards like it stand."""
    return (str(part.tag), shape_of(part)[1])


def _way_to(element: Element, part: Element) -> tuple[Shape, ...]:
    """Kinds of the elements from one up to a part around it, without the part's own class."""
    way = []
    for each in (element, *element.iterancestors()):
        if each is part:
            break
        way.append((str(each.tag), each.get("class") or ""))
    return tuple(way)


def _classes(part: Element) -> frozenset[str]:
    return frozenset((part.get("class") or "").split())


def _without_price(text: str) -> str:
    """A link's words without the price that it also holds.

    >>> _without_price("Blue kettle $12.00")
    'Blue kettle'
    """
    return re.split(r"\s*(?:[$€£¥￥]|(?:US|NT|HK)\$)\s*\d", text)[0].strip()


def _price_of(amounts: list[Amount]) -> Decimal | None:
    """The first amount that may be what everybody pays, else the first that is no former price.

    A former price that is said again in words, for those who cannot see it crossed out, stays one.
    """
    former = {each.value for each in amounts if each.is_list_price}
    own = (
        [each for each in amounts if each.is_plain and each.value not in former]
        or [each for each in amounts if not each.is_list_price]
        or amounts
    )
    return own[0].value if own and own[0].high is None else None
