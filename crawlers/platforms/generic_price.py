"""The price of a page of an unknown shop: amounts in sight weighed against what machines are told
价格判定.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from crawlers.platforms.generic_amounts import MOST_ALIKE, Amount, Shape, money_places, shape_of
from crawlers.platforms.generic_cards import cards_of, is_in
from crawlers.platforms.generic_facts import JSONLD, META, MICRODATA, STATE
from crawlers.platforms.generic_labelled import LabelledPage
from crawlers.platforms.generic_stock_words import NOT_THE_WHOLE, SOLD_OUT
from crawlers.platforms.generic_view import chain
from crawlers.platforms.generic_weigh import amounts_of
from crawlers.platforms.kept import kept
from crawlers.platforms.parse import availability_of, decimal_of
from crawlers.platforms.tree import Element, link_of, place_in, squash
from domain.subjects import Availability

_EACH_REPETITION, _MOST_FOR_REPEATING = 0.6, 1.2
_MOST_PICTURES = 300
_BESIDE = 6
_LONGEST_NOTICE = 140
_REACH_OF_FORMER, _NEXT = 12, 2
"""Runs between a price and its former one; the lesser where its markup speaks of other things, as that of a
"suggested price" does.
"""
_LAYER_POINTS = {JSONLD: 4.0, MICRODATA: 4.0, STATE: 3.5, META: 3.0}


@dataclass(frozen=True, slots=True)
class Priced:
    """The price as decided."""

    value: Decimal | None = None
    high: Decimal | None = None
    currency: str = ""
    list_price: Decimal | None = None
    listed: Amount | None = None
    """Where the price that is struck through stands."""


@dataclass(frozen=True)
class PricedPage(LabelledPage):
    """The price of a page of an unknown shop."""

    @kept
    def buy_places(self) -> list[int]:
        """Indices of runs in buy buttons that stand in the main part."""
        places = []
        for element, _ in self.buttons:
            inside = next(
                (self.view.place_of[each] for each in element.iter() if each in self.view.place_of), None
            )
            if inside is not None and self._is_own(element):
                places.append(inside)
        return places

    def _is_own(self, element: Element) -> bool:
        """Whether what can be pressed belongs to the page's own goods."""
        return not self.view.is_aside(element) and not is_in(element, self.cards)

    @kept
    def _money(self) -> list[int]:
        return list(money_places(self.view))

    @kept
    def cards(self) -> frozenset[Element]:
        """Cards of other goods."""
        runs, place = self.view.runs, self.title_place
        heading = None if place is None else runs[place].element
        return cards_of((runs[each].element for each in self._money), heading, self.url)

    @property
    def most_alike(self) -> int:
        """How many amounts of the same markup are looked at."""
        return MOST_ALIKE

    @kept
    def amounts(self) -> list[Amount]:
        """Amounts in sight."""
        return amounts_of(
            self.view,
            places=[place for place in self._money if not is_in(self.view.runs[place].element, self.cards)],
            locale=self.locale,
            currency=self._declared_currency or self.locale.home_currency or "USD",
            url=self.url,
            title_place=self.title_place,
            buy_places=self.buy_places,
            most_alike=self.most_alike,
        )

    @kept
    def _declared_currency(self) -> str:
        codes = [
            value.upper() for value in self.facts.values("currency") if re.fullmatch(r"[A-Za-z]{3}", value)
        ]
        return codes[0] if codes else ""

    @kept
    def votes(self) -> dict[Decimal, tuple[float, Amount]]:
        """Each amount in sight with its points and the place that speaks most for it, the best first."""
        told = self._told_prices
        best_of: dict[Decimal, Amount] = {}
        for amount in self.amounts:
            value = _with_cents(amount.value, told)
            if value not in best_of or amount.score > best_of[value].score:
                best_of[value] = amount
        seen = Counter(_with_cents(amount.value, told) for amount in self.amounts if amount.score > 0)
        # A price that one line calls one before tax is none in a table of quantities either.
        before_tax = {each.value for each in self.amounts if each.is_before_tax and self._is_beaten(each)}
        votes = {
            value: amount.score
            + (
                0.0
                if amount.gives_way or self._is_beaten(amount) or value in before_tax
                else sum(_LAYER_POINTS[layer] for layer in told.get(value, {}))
            )
            + min(_MOST_FOR_REPEATING, _EACH_REPETITION * (seen[value] - 1))
            for value, amount in best_of.items()
        }
        ranked = sorted(votes, key=lambda value: -votes[value])
        return {value: (votes[value], best_of[value]) for value in ranked}

    def _is_beaten(self, amount: Amount) -> bool:
        """Whether a former or a special price has the plain one beside it, whatever machines are told."""
        return (amount.is_list_price or amount.is_special) and any(
            each.is_plain
            and each.score > amount.score
            and abs(each.place - amount.place) <= _BESIDE
            and (not amount.is_list_price or each.value < amount.value)
            for each in self.amounts
        )

    @kept
    def price(self) -> Priced:
        """The price a person sees, where the layers do not leave it open."""
        if self.is_turned:
            self.notes.undecided["price"] = None
            self.notes.contradictions["price"] = "numbers are written against their direction"
            return Priced(currency=self._currency(""))
        told = self._told_prices
        votes = {value: points for value, (points, _) in self.votes.items()}
        best_of = {value: amount for value, (_, amount) in self.votes.items()}
        ranked, limits = list(votes), self.thresholds
        if not ranked or votes[ranked[0]] < self._least_score(told, ranked[0]):
            return self._told_only(told)
        visible = ranked[0]
        is_close = len(ranked) > 1 and votes[visible] - votes[ranked[1]] < limits.margin
        if is_close and not told.get(visible):
            pair = self._new_and_old(best_of[visible], best_of[ranked[1]])
            if pair is None:
                self.notes.undecided["price"] = None
                self.notes.contradictions["price"] = f"{visible} and {ranked[1]} look alike"
                return Priced(currency=self._currency(best_of[visible].sign))
            visible = pair
        visible = self._cheaper_told(visible, best_of, votes, told)
        chosen = best_of[visible]
        self._from("price", f"visible: {place_in(chosen.element)}")
        lies = [value for value in told if value != visible]
        if lies and not told.get(visible):
            layers = ", ".join(sorted({layer for value in lies for layer in told[value]}))
            self.notes.contradictions["price"] = (
                f"{layers} says {', '.join(map(str, lies[:4]))}; a person sees {visible}"
            )
        elif lies:
            self.notes.contradictions["price"] = (
                f"{', '.join(map(str, lies[:4]))} is told too; a person sees {visible}"
            )
        return self._priced(chosen, visible)

    def _cheaper_told(
        self,
        visible: Decimal,
        best_of: dict[Decimal, Amount],
        votes: dict[Decimal, float],
        told: dict[Decimal, dict[str, str]],
    ) -> Decimal:
        """Where machines are told two prices that both stand there side by side, the larger is the
        former one.
        """
        rivals = [
            value
            for value in told
            if value in best_of
            and set(told.get(visible, ())) & set(told[value])
            and visible * 2 <= value * 5
            and value < visible
            and votes[visible] - votes[value] < self.thresholds.nearly
            and abs(best_of[value].place - best_of[visible].place) <= 8
        ]
        if rivals:
            best_of[visible].is_list_price = True
        return min(rivals, default=visible)

    def _least_score(self, told: dict[Decimal, dict[str, str]], value: Decimal) -> float:
        """What an amount has to reach: more where machines are told another price, which may only not
        be displayed.
        """
        is_contradicted = any(told) and value not in told
        return self.thresholds.against_told if is_contradicted else self.thresholds.score

    @kept
    def _shapes(self) -> Counter[Shape]:
        return Counter(shape_of(each.element) for each in self.amounts)

    def _new_and_old(self, one: Amount, other: Amount) -> Decimal | None:
        """Of two unlabelled amounts side by side the smaller: the new price, or the one before tax that
        is shown first.
        """
        if shape_of(one.element) == shape_of(other.element) and self._shapes[shape_of(one.element)] > 2:
            # Three and more of a kind are steps by quantity 阶梯价 or variants: none of them is the price.
            return None
        small, large = sorted((one, other), key=lambda amount: amount.value)
        if abs(one.place - other.place) > 4 or small.value * 5 < large.value * 2:
            return None
        large.is_list_price = large.place < small.place
        return small.value

    def _priced(self, chosen: Amount, value: Decimal) -> Priced:
        former = self._former(chosen)
        if former:
            self._from("list_price", f"visible: {place_in(former.element)}")
        return Priced(
            value=value,
            high=chosen.high,
            currency=self._currency(chosen.sign),
            list_price=former.value if former else None,
            listed=former,
        )

    def _former(self, chosen: Amount) -> Amount | None:
        """The former price nearest to the price, which the page may show more than once."""
        own = [each for each in self.amounts if each.value == chosen.value and each.aside <= chosen.aside]
        shown = [chosen.place, *(each.place for each in own)]

        def distance(amount: Amount) -> int:
            return min(abs(amount.place - place) for place in shown)

        former = (
            each
            for each in self.amounts
            if each.is_list_price
            and each.value > chosen.value
            and distance(each) <= (_REACH_OF_FORMER if each.aside <= chosen.aside else _NEXT)
        )
        return min(former, key=distance, default=None)

    @kept
    def price_picture(self) -> str:
        """Address of a picture that stands where the price belongs 图片价格; "" without one."""
        pictures = (each for each in islice(self.root.iter("img"), _MOST_PICTURES) if self._shows_price(each))
        return next((link for each in pictures if (link := link_of(self.url, each.get("src") or ""))), "")

    def _shows_price(self, picture: Element) -> bool:
        is_named = any(self.view.marks(each).is_price for each in chain(picture, 3))
        is_other = any(each.tag == "a" or self.view.marks(each).aside for each in chain(picture, 6))
        return is_named and not is_other and not self.view.is_aside(picture)

    @property
    def _says_in_stock(self) -> bool:
        told = map(availability_of, self.facts.values("availability"))
        return Availability.IN_STOCK in told

    @kept
    def _sold_out_notice(self) -> str:
        """What beside the heading says that the goods are sold out; "" without it."""
        lines, first = self._first_lower, self._main_part.start
        for place, match in lines.matches(SOLD_OUT, _LONGEST_NOTICE):
            if NOT_THE_WHOLE.search(lines.lines[place]):
                continue
            if SOLD_OUT.search(self.view.shown_of(first + place).lower()):
                return match[0]
        return ""

    def _told_only(self, told: dict[Decimal, dict[str, str]]) -> Priced:
        """No amount in sight: machine-readable prices count where all of them agree.

        Where a picture stands in the price's place, nothing that machines are told may stand in for it; nor
        where machines are told that the goods can be bought and a person that they are sold out: then what is
        told is of another day.
        """
        currency = self._currency("")
        if self.price_picture:
            self._from("price", f"picture: {self.price_picture}")
            self.notes.undecided["price"] = None
            return Priced(currency=currency)
        priced = [value for value in told if value]
        if priced and self._sold_out_notice and self._says_in_stock:
            self.notes.missing["price"] = None
            self.notes.contradictions["price"] = (
                f"machine-readable layers say {priced[0]}; a person sees sold-out goods without a price"
            )
            return Priced(currency=currency)
        if len(priced) == 1:
            layer, path = next(iter(told[priced[0]].items()))
            self._from("price", f"{layer}: {path} (not displayed)")
            return Priced(value=priced[0], currency=currency)
        if len(priced) > 1:
            self.notes.undecided["price"] = None
            self.notes.contradictions["price"] = (
                f"machine-readable layers say {', '.join(map(str, priced[:4]))}"
            )
        else:
            self.notes.missing["price"] = None
        return Priced(currency=currency)

    @kept
    def _told_prices(self) -> dict[Decimal, dict[str, str]]:
        told: dict[Decimal, dict[str, str]] = {}
        for name in ("price", "low_price"):
            for fact in self.facts.of(name):
                for value in _plain_amounts(fact.value, self._declared_currency):
                    told.setdefault(value, {}).setdefault(fact.layer, fact.path)
        return told

    def _currency(self, sign: str) -> str:
        declared = self._declared_currency
        shown = self.locale.currency_of(sign, declared) if sign else ""
        if shown:
            self._from("currency", "visible: the price's own sign")
            if declared and declared != shown:
                self.notes.contradictions["currency"] = f"declared {declared}; a person sees {sign}"
            return shown
        if declared:
            self._from("currency", self.facts.of("currency")[0].source)
            return declared
        signs = [amount.sign for amount in self.amounts if amount.sign]
        common = max(dict.fromkeys(signs), key=signs.count) if signs else ""
        if common:
            self._from("currency", "visible: the sign of most amounts")
            return self.locale.currency_of(common)
        self.notes.missing["currency"] = None
        return ""


def _plain_amounts(text: str, currency: str) -> Iterator[Decimal]:
    """Amounts in a machine-readable price, which is meant to be a plain number with a point."""
    plain = squash(text)
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", plain):
        yield Decimal(plain).normalize() if "." in plain else Decimal(plain)
        return
    for match in re.finditer(r"\d[\d.,' ]*\d|\d", plain[:200]):
        value = decimal_of(match[0], currency=currency)
        if value is not None:
            yield value


def _with_cents(value: Decimal, told: dict[Decimal, dict[str, str]]) -> Decimal:
    """229.99 for the 22999 of a page that sets its cents apart by style alone, where machines are told so."""
    if value == value.to_integral_value() and value not in told and (whole := value / 100) in told:
        return whole
    return value
