"""Whether the goods on a page of an unknown shop can be bought: notices, buttons, and what machines are
told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.platforms.generic_amounts import shape_of
from crawlers.platforms.generic_cards import is_in
from crawlers.platforms.generic_price import PricedPage
from crawlers.platforms.generic_stock_words import IN_STOCK, SOLD_OUT
from crawlers.platforms.generic_view import chain
from crawlers.platforms.kept import kept
from crawlers.platforms.parse import availability_of
from crawlers.platforms.tree import Element
from domain.subjects import Availability

_LEAST_BUTTONS = 2
_LONGEST_LABEL = 40
_LONGEST_PROMISE = 90
_OFF = re.compile(r"disabled|(?<![\w-])(?:is-|btn-)?inactive(?![\w-])")
"""What markup calls a button that cannot be pressed."""
_BACK_ORDER = re.compile(r"back[ _-]?order", re.IGNORECASE)
"""What can be ordered though it is not there: whether a person may is for the button to say."""
_MOST_ALIKE = 3
"""Buttons of one shape in reach from which on they belong to rows of other goods."""


@dataclass(frozen=True)
class StockedPage(PricedPage):
    """Whether the goods on a page of an unknown shop can be bought."""

    @kept
    def availability(self) -> Availability:
        """Whether it can be bought: notices and buttons beside the heading weigh more than what
        machines are told.
        """
        told = {
            availability_of(value)
            for value in self.facts.values("availability")
            if not _BACK_ORDER.search(value)
        }
        says_in = Availability.IN_STOCK in told
        says_out = Availability.OUT_OF_STOCK in told and not says_in
        reasons = [
            (-3.0, "visible: notice", self._sold_out_notice),
            (-3.0, "visible: button", not self._sold_out_notice and self._button_says_sold_out),
            (2.0, "visible: buy button", self._can_buy),
            (1.5, "visible: notice", self._in_stock_notice and not self._sold_out_notice),
            (2.0, "told", says_in),
            # A little less than what speaks against it in sight: the visible page has the last word.
            (-1.75, "told", says_out),
            (0.5, "visible: offered at a price", self._offers_price),
            # That a button is missing decides nothing; it only takes away what else speaks for the goods.
            (
                -2.5 if says_in else -0.5,
                "visible: buy buttons of other goods alone",
                self._others_can_buy and not self._can_buy,
            ),
        ]
        held = [(points, source) for points, source, holds in reasons if holds]
        total = sum(points for points, _ in held)
        if not total:
            self.notes.undecided["availability"] = None
            return Availability.UNKNOWN
        found = Availability.IN_STOCK if total > 0 else Availability.OUT_OF_STOCK
        source = max((each for each in held if each[0] * total > 0), key=lambda each: abs(each[0]))[1]
        self._from("availability", self.facts.of("availability")[0].source if source == "told" else source)
        self._contradict(says_in and total < 0, "availability", "InStock", "the page shows a notice")
        self._contradict(says_out and total > 0, "availability", "OutOfStock", "the page offers it")
        return found

    @kept
    def _can_buy(self) -> bool:
        """A button to buy in the main part; the same one many times over belongs to other goods."""
        start = self.title_place
        if start is None:
            return any(not _is_disabled(each) and self._is_own(each) for each, _ in self.buttons)
        shapes = Counter(
            shape_of(element)
            for element, _ in self.buttons
            if not _is_disabled(element) and self._is_own(element) and self._is_near(element, start)
        )
        return any(count < _MOST_ALIKE for count in shapes.values())

    @property
    def _button_says_sold_out(self) -> bool:
        """Whether an input in the main part, whose words are no text of the page, says sold out."""
        start = self.title_place or 0
        return any(
            SOLD_OUT.search(label.lower()) and self._is_own(each) and self._is_near(each, start)
            for each in self.view.parts.pressable
            if each.tag == "input" and (label := each.get("value") or "") and len(label) <= _LONGEST_LABEL
        )

    @property
    def _others_can_buy(self) -> bool:
        """Whether cards of other goods have buttons to buy: then the page's own would have been known."""
        return sum(is_in(each, self.cards) for each, _ in self.buttons) >= _LEAST_BUTTONS

    def _is_near(self, element: Element, start: int) -> bool:
        places = self.view.place_of
        place = next((places[each] for each in element.iter() if each in places), None)
        if place is None:
            # A button without words of its own, such as an input: the nearest text before it counts.
            before = next((places[each] for each in _before(element) if each in places), None)
            return before is None or -60 <= before - start <= 120
        return -60 <= place - start <= 120

    @kept
    def _offers_price(self) -> bool:
        return self.price.value is not None and self.notes.provenance.get("price", "").startswith("visible")

    def _contradict(self, lies: bool, name: str, told: str, seen: str) -> None:
        if lies:
            self.notes.contradictions[name] = f"machine-readable layers say {told}; {seen}"

    @kept
    def _in_stock_notice(self) -> str:
        lines, first = self._main_lower, self._main_part.start
        for place, match in lines.matches(IN_STOCK, _LONGEST_PROMISE):
            if IN_STOCK.search(self.view.shown_of(first + place).lower()):
                return match[0]
        return ""


def _before(element: Element) -> Iterator[Element]:
    for each in chain(element, 4):
        previous = each.getprevious()
        for _ in range(4):
            if previous is None:
                break
            yield from previous.iter()
            previous = previous.getprevious()


def _is_disabled(element: Element) -> bool:
    return (
        element.get("disabled") is not None
        or element.get("aria-disabled") == "true"
        or _OFF.search(element.get("class") or "") is not None
    )
