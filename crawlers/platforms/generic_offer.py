"""What stands around the price of a page of an unknown shop: other prices, deposit, promotion, services."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from crawlers.platforms.generic_amounts import Amount
from crawlers.platforms.generic_counts import pieces_in, sales_in, stock_in
from crawlers.platforms.generic_names import NamedPage
from crawlers.platforms.generic_rows import Rows, rows_of
from crawlers.platforms.generic_signs import numbers_in, signs_in
from crawlers.platforms.generic_words import DEPOSIT, PRICE_LABEL, PROMOTION, SERVICES
from crawlers.platforms.kept import kept
from crawlers.platforms.parse import Count, count_of, whole_number
from crawlers.platforms.phrases import Lines, Phrases
from crawlers.platforms.tree import squash

Counted = TypeVar("Counted")

_DIGIT = re.compile(r"\d")
_LONGEST_NOTICE, _LONGEST_PROMISE = 160, 60
_MOST, _MOST_NOTICES, _MOST_PRICES = 20, 5, 30
_NEAR = 30


_MONEY = re.compile(r"[¥￥$€£₩]\s?\d|\d\s?元|\d[.,]\d{2}(?!\d)")


def _is_one(amount: Amount) -> bool:
    return len(numbers_in(amount.text)) == 1


def _words_in(text: str) -> str:
    """A text without its amounts and marks: "原价：¥268.00" says 原价."""
    kept = text
    for match in sorted([*numbers_in(text), *signs_in(text)], key=lambda each: -each.start()):
        kept = f"{kept[: match.start()]} {kept[match.end() :]}"
    return squash(kept).strip(" :：,，.()（）*-–—")


@dataclass(frozen=True)
class OfferedPage(NamedPage):
    """What stands around the price of a page of an unknown shop."""

    @property
    def labelled_prices(self) -> tuple[tuple[str, Decimal], ...]:
        """Every price near the price with what it calls itself, such as 到手价, 券后 or member price."""
        variants = self._variant_prices
        start = self._price_place
        if start is None:
            return variants
        near = [each for each in self.amounts if abs(each.place - start) <= _NEAR]
        labelled = ((self._label_of(each), each.value) for each in near)
        found = dict.fromkeys(pair for pair in labelled if pair[0])
        if found:
            self._from("prices", "visible: amounts beside the price, each with its words")
        return (*islice(found, _MOST_PRICES), *variants)

    @property
    def _variant_prices(self) -> tuple[tuple[str, Decimal], ...]:
        """Prices of the variants 规格价 as the shop's software has them."""
        pairs = (fact.value.split("\x1f") for fact in self.facts.of("variant"))
        return tuple((f"SKU {label}", Decimal(amount)) for label, amount in pairs)

    @property
    def price_label(self) -> str:
        """What the price itself is called."""
        chosen = next((each for each in self.amounts if each.place == self._price_place), None)
        return self._label_of(chosen) if chosen else ""

    @property
    def list_price_label(self) -> str:
        """The words of a price that is struck through 划线价说明: its own, else those right before it."""
        listed = self.price.listed
        if listed is None:
            return ""
        if own := _words_in(listed.text):
            return own
        runs, place = self.view.runs, listed.place
        before = runs[place - 1] if place else None
        is_near = before is not None and before.line == runs[place].line and not _DIGIT.search(before.text)
        return _words_in(before.text) if before is not None and is_near else ""

    def _label_of(self, amount: Amount) -> str:
        """The label before an amount, in its own text or right before it, with no other amount between."""
        runs, place = self.view.runs, amount.place
        start = amount.number[0] if amount.number else len(amount.text)
        before = " ".join(squash(run.text) for run in runs[max(0, place - 2) : place])
        own = [amount.text[:start], amount.text] if _is_one(amount) else [amount.text[:start]]
        for text in (*own, before):
            for match in reversed(list(PRICE_LABEL.finditer(text.lower()))):
                if text is amount.text or not _MONEY.search(text, match.end()):
                    return match[0].strip()
                break
        return ""

    @kept
    def _price_place(self) -> int | None:
        value = self.price.value
        same = [each for each in self.amounts if value is not None and each.value == value]
        return max(same, key=lambda each: each.score).place if same else None

    @property
    def deposit(self) -> str:
        """Deposit terms 定金/订金 with their amounts as shown, a line each."""
        lines = [line for line in self._notices("deposit", DEPOSIT) if _DIGIT.search(line)]
        return "\n".join(lines[:_MOST_NOTICES])

    @property
    def promotion(self) -> str:
        """Promotion text and window as shown, a line each."""
        return "\n".join(self._notices("promotion", PROMOTION)[:_MOST_NOTICES])

    @property
    def services(self) -> tuple[str, ...]:
        """Service promises and return policies, a line each."""
        found = self._notices("services", SERVICES)
        return tuple(line for line in found if len(line) < _LONGEST_PROMISE)[:_MOST]

    def _notices(self, name: str, phrases: Phrases) -> list[str]:
        lines = self._main_lines
        found = dict.fromkeys(lines[place] for place, _ in self._main_lower.matches(phrases, _LONGEST_NOTICE))
        if found:
            self._from(name, "visible: lines beside the heading")
        return list(found)

    @kept
    def _own_lower(self) -> Lines:
        """The lines right behind the heading, up to the first card of other goods, which have counts too."""
        runs, start, places = self.view.runs, self.title_place or 0, self.view.place_of
        behind = (runs[each].element for each in self._money if each > start and self.cards)
        around = ([each, *each.iterancestors()] for each in behind)
        card = next((part for parts in around for part in parts if part in self.cards), None)
        own = self._first_lower
        if card is None:
            return own
        first = next((places[each] for each in card.iter() if each in places), start)
        return own.first(max(0, runs[first].line - runs[start].line))

    def _counted(self, count_in: Callable[[Lines], Counted | None]) -> Counted | None:
        """What is counted before other goods begin, else anywhere beside the heading."""
        own, first = self._own_lower, self._first_lower
        found = count_in(own)
        return count_in(first) if found is None and own is not first else found

    @property
    def sales(self) -> Count | None:
        """Sales count as shown; several labelled ones are those of other goods too."""
        labelled = [(count_of(value), label) for label, value in self.labelled.get("sales", [])]
        counts = {
            (count.low, count.high): (count, label) for count, label in labelled if count.low is not None
        }
        if len(counts) == 1:
            count, label = next(iter(counts.values()))
            self._from("sales_text", f"visible: {label}")
            return count
        found = self._counted(sales_in)
        if found:
            self._from("sales_text", "visible: line beside the heading")
        return found

    @kept
    def stock(self) -> int | None:
        """Pieces left as shown."""
        for label, value in self.labelled.get("stock", []):
            if (count := pieces_in(value)) is not None:
                self._from("stock", f"visible: {label}")
                return count
        found = self._counted(stock_in)
        if found is not None:
            self._from("stock", "visible: line beside the heading")
            return found
        told = {whole_number(fact.value) for fact in self.facts.of("stock")}
        if len(told) == 1 and (count := told.pop()) is not None:
            self._from("stock", self.facts.of("stock")[0].source)
            return count
        return None

    @property
    def attributes(self) -> Rows:
        """Attribute table 商品参数."""
        rows, place = rows_of(self.view.parts.lists)
        if rows:
            self._from("attributes", f"visible: {place}")
        return rows
