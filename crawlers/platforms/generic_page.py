"""One product page of an unknown shop: every field decided from all layers, with where its value stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from urllib.parse import unquote, urlsplit

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.embedded import Embedded
from crawlers.platforms.generic_amounts import Amount, amounts_of
from crawlers.platforms.generic_facts import META, Fact, Facts, facts_of
from crawlers.platforms.generic_locale import Locale, locale_of
from crawlers.platforms.generic_view import HIDDEN_CLASS, View, chain, named, view_of
from crawlers.platforms.generic_words import ASIDE_CLASS, BUY, IN_STOCK, LABELS, PERMIT, SERVICES, SOLD_OUT, STANDARD
from crawlers.platforms.parse import availability_of, decimal_of, whole_number
from crawlers.platforms.tree import Element, link_of, squash, text_of, xpath
from domain.errors import ExtractionError
from domain.identity import canonical_url, digest_of, subject_key
from domain.subjects import Availability, Listing

_H1 = xpath("/html/body//h1")
_TITLE = xpath("/html/head/title")
_BUTTONS = xpath(
    "/html/body//button | /html/body//input[@type='submit' or @type='button' or @type='image'] | /html/body//a[@class or @id or @role]"
    " | /html/body//*[@role='button']"
)
_SCRIPTS = xpath("//script[not(@src)]/text()[contains(., 'brand')]")
_BRAND_STATE = re.compile(r'"brand(?:Name|_name)?"\s*:\s*(?:\{\s*"name"\s*:\s*)?"([^"\\]{2,40})"')
_BRAND_CLASS = re.compile(r"brand|marque|(?<![a-z])marca|manufacturer|hersteller|fabricant|vendor-?name|znacka", re.IGNORECASE)
_LONGEST_BUTTON = 40
_LONGEST_LABEL = 48
_LONGEST_PAIR = 160
_LEAST_SCORE = 4.5
_LEAST_AGAINST_TOLD = 6.5
_LEAST_MARGIN = 0.75
_LAYER_POINTS = {"json-ld": 4.0, "microdata": 4.0, META: 3.0}


@dataclass
class Notes:
    """Where values stood, what contradicts them, and what stayed open."""

    provenance: dict[str, str] = field(default_factory=dict)
    contradictions: dict[str, str] = field(default_factory=dict)
    undecided: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Priced:
    """The price as decided."""

    value: Decimal | None = None
    high: Decimal | None = None
    currency: str = ""
    list_price: Decimal | None = None
    list_label: str = ""


@dataclass(frozen=True)
class GoodsPage:
    """One product page. A property per field, each noting its source."""

    root: Element
    url: str
    notes: Notes = field(default_factory=Notes)

    @cached_property
    def view(self) -> View:
        """The page as seen."""
        return view_of(self.root)

    @cached_property
    def embedded(self) -> Embedded:
        """The page's machine-readable layers."""
        return Embedded(self.root)

    @cached_property
    def locale(self) -> Locale:
        """Language and region."""
        return locale_of(self.root, self.url)

    @cached_property
    def headings(self) -> list[tuple[Element, str]]:
        """Visible first-rank headings."""
        found = [(each, text_of(each)) for each in _H1(self.root)[:50]]
        return [(each, text) for each, text in found if text]

    @cached_property
    def facts(self) -> Facts:
        """What the page tells machines about its own goods."""
        texts = [text for _, text in self.headings]
        texts += self.embedded.meta("og:title")[:1] + [text_of(each) for each in _TITLE(self.root)[:1]]
        return facts_of(self.embedded, headings=texts, url=self.url)

    @cached_property
    def title(self) -> str:
        """The heading that the page's other names confirm, else those names themselves."""
        window = squash(text_of(_TITLE(self.root)[0])) if _TITLE(self.root) else ""
        others = [*self.facts.values("title"), window]
        best, best_score = "", 0.0
        for element, text in self.headings:
            score = 1.0 + 3.0 * max((_overlap(text, other) for other in others if other), default=0.0)
            score -= 1.5 if _is_aside(element) else 0.0
            score -= 2.0 if len(text) < 3 else 0.0
            if score > best_score:
                best, best_score = text, score
        if best and best_score > 1.4:
            self._from("title", "visible: h1")
            return best
        for fact in self.facts.of("title"):
            if fact.layer != META or not best:
                self._from("title", fact.source)
                return fact.value
        if best:
            self._from("title", "visible: h1")
            return best
        if window:
            self._from("title", "visible: head title")
        return window

    @cached_property
    def title_place(self) -> int | None:
        """Index of the run in which the heading begins."""
        folded = _folded(self.title)
        first: int | None = None
        for place, run in enumerate(self.view.runs):
            text = _folded(run.text)
            if len(text) < 3 or not (text in folded or folded in text) or len(text) < 0.4 * len(folded):
                continue
            if any(each.tag == "h1" for each in chain(run.element, 5)):
                return place
            first = place if first is None else first
        return first

    @cached_property
    def buttons(self) -> list[tuple[Element, str]]:
        """What can be pressed to buy, in document order."""
        found = []
        for each in _BUTTONS(self.root)[:5_000]:
            text = squash(each.get("value") or "") if each.tag == "input" else text_of(each)
            label = text or each.get("aria-label") or each.get("title") or ""
            if len(label) <= _LONGEST_BUTTON and BUY.search(label):
                found.append((each, label))
        return found

    @cached_property
    def buy_places(self) -> list[int]:
        """Indices of runs in buy buttons that stand in the main part."""
        places = []
        for element, _ in self.buttons:
            inside = next((self.view.place_of[each] for each in element.iter() if each in self.view.place_of), None)
            if inside is not None and not _is_aside(element):
                places.append(inside)
        return places

    @cached_property
    def amounts(self) -> list[Amount]:
        """Amounts in sight."""
        found = amounts_of(
            self.view,
            locale=self.locale,
            currency=self._declared_currency or self.locale.home_currency or "USD",
            url=self.url,
            title_place=self.title_place,
            buy_places=self.buy_places,
        )
        return found

    @cached_property
    def _declared_currency(self) -> str:
        codes = [value.upper() for value in self.facts.values("currency") if re.fullmatch(r"[A-Za-z]{3}", value)]
        return codes[0] if codes else ""

    @cached_property
    def price(self) -> Priced:
        """The price a person sees, where the layers do not leave it open."""
        told = self._told_prices
        best_of: dict[Decimal, Amount] = {}
        for amount in self.amounts:
            value = _with_cents(amount.value, told)
            if value not in best_of or amount.score > best_of[value].score:
                best_of[value] = amount
        votes = {
            value: amount.score + sum(_LAYER_POINTS[layer] for layer in told.get(value, {}))
            for value, amount in best_of.items()
        }
        ranked = sorted(votes, key=lambda value: -votes[value])
        if not ranked or votes[ranked[0]] < self._least_score(told, ranked[0]):
            return self._told_only(told)
        visible = ranked[0]
        if len(ranked) > 1 and votes[visible] - votes[ranked[1]] < _LEAST_MARGIN and not told.get(visible):
            pair = self._new_and_old(best_of[visible], best_of[ranked[1]])
            if pair is None:
                self.notes.undecided["price"] = None
                self.notes.contradictions["price"] = f"{visible} and {ranked[1]} look alike"
                return Priced(currency=self._currency(best_of[visible].sign))
            visible = pair
        chosen = best_of[visible]
        self._from("price", f"visible: {_path(chosen.element)}")
        lies = [value for value in told if value != visible]
        if lies and not told.get(visible):
            layers = ", ".join(sorted({layer for value in lies for layer in told[value]}))
            self.notes.contradictions["price"] = f"{layers} says {', '.join(map(str, lies[:4]))}; a person sees {visible}"
        elif lies:
            self.notes.contradictions["price"] = f"{', '.join(map(str, lies[:4]))} is told too; a person sees {visible}"
        return self._priced(chosen, visible)

    def _least_score(self, told: dict[Decimal, dict[str, str]], value: Decimal) -> float:
        """What an amount has to reach: more where machines are told another price, which may only not be displayed."""
        is_contradicted = any(told) and value not in told
        return _LEAST_AGAINST_TOLD if is_contradicted else _LEAST_SCORE

    def _new_and_old(self, one: Amount, other: Amount) -> Decimal | None:
        """Of two unlabelled amounts side by side the smaller: the new price, or the one before tax that is shown first."""
        small, large = sorted((one.value, other.value))
        return small if abs(one.place - other.place) <= 4 and small * 5 >= large * 2 else None

    def _priced(self, chosen: Amount, value: Decimal) -> Priced:
        listed = [
            each
            for each in self.amounts
            if each.is_list_price and each.value > chosen.value and abs(each.place - chosen.place) <= 12
        ]
        listed.sort(key=lambda each: abs(each.place - chosen.place))
        if listed:
            self._from("list_price", f"visible: {_path(listed[0].element)}")
        return Priced(
            value=value,
            high=chosen.high,
            currency=self._currency(chosen.sign),
            list_price=listed[0].value if listed else None,
            list_label=listed[0].text if listed else "",
        )

    def _told_only(self, told: dict[Decimal, dict[str, str]]) -> Priced:
        """No amount in sight: machine-readable prices count where all of them agree."""
        currency = self._currency("")
        priced = [value for value in told if value]
        if len(priced) == 1:
            layer, path = next(iter(told[priced[0]].items()))
            self._from("price", f"{layer}: {path} (not displayed)")
            return Priced(value=priced[0], currency=currency)
        if len(priced) > 1:
            self.notes.undecided["price"] = None
            self.notes.contradictions["price"] = f"machine-readable layers say {', '.join(map(str, priced[:4]))}"
        else:
            self.notes.missing["price"] = None
        return Priced(currency=currency)

    @cached_property
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
        common = max(set(signs), key=signs.count) if signs else ""
        if common:
            self._from("currency", "visible: the sign of most amounts")
            return self.locale.currency_of(common)
        self.notes.missing["currency"] = None
        return ""

    @cached_property
    def availability(self) -> Availability:
        """Whether it can be bought: notices and buttons beside the heading weigh more than what machines are told."""
        told = {availability_of(value) for value in self.facts.values("availability")}
        says_in = Availability.IN_STOCK in told
        says_out = Availability.OUT_OF_STOCK in told and not says_in
        reasons = [
            (-3.0, "visible: notice", self._sold_out_notice),
            (2.0, "visible: buy button", self._can_buy),
            (1.5, "visible: notice", self._in_stock_notice and not self._sold_out_notice),
            (2.0, "told", says_in),
            (-2.0, "told", says_out),
            (0.5, "visible: offered at a price", self._offers_price),
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

    @cached_property
    def _can_buy(self) -> bool:
        """A button to buy in the main part; the same one many times over belongs to other goods."""
        start = self.title_place
        if start is None:
            return any(not _is_disabled(each) and not _is_aside(each) for each, _ in self.buttons)
        in_reach = [
            label
            for element, label in self.buttons
            if not _is_disabled(element) and not _is_aside(element) and self._is_near(element, start)
        ]
        return bool(in_reach)

    def _is_near(self, element: Element, start: int) -> bool:
        places = self.view.place_of
        place = next((places[each] for each in element.iter() if each in places), None)
        if place is None:
            # A button without words of its own, such as an input: the nearest text before it counts.
            before = next((places[each] for each in _before(element) if each in places), None)
            return before is None or -60 <= before - start <= 120
        return -60 <= place - start <= 120

    @cached_property
    def _offers_price(self) -> bool:
        return self.price.value is not None and self.notes.provenance.get("price", "").startswith("visible")

    def _contradict(self, lies: bool, name: str, told: str, seen: str) -> None:
        if lies:
            self.notes.contradictions[name] = f"machine-readable layers say {told}; {seen}"

    @cached_property
    def _main_lines(self) -> list[str]:
        start = self.title_place
        runs = self.view.runs
        if start is None or not runs:
            return self.view.lines[:150]
        first = runs[start].line
        seen: list[str] = []
        for line in self.view.lines[first:]:
            if line:
                seen.append(line)
            if len(seen) > 110:
                break
        return seen

    @cached_property
    def _sold_out_notice(self) -> str:
        for line in self._main_lines[:60]:
            if len(line) <= 110 and (match := SOLD_OUT.search(line)):
                return match[0]
        return ""

    @cached_property
    def _in_stock_notice(self) -> str:
        for line in self._main_lines:
            if len(line) <= 90 and (match := IN_STOCK.search(line)):
                return match[0]
        return ""

    @cached_property
    def labelled(self) -> dict[str, list[tuple[str, str]]]:
        """(label, value) pairs on the page whose label is a known word, by field, in reading order."""
        found: dict[str, list[tuple[str, str]]] = {}
        for label, value in self._pairs:
            for name, words in LABELS.items():
                if words.fullmatch(label) and (label, value) not in found.get(name, ()):
                    found.setdefault(name, []).append((label, value))
        return found

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        start = max(0, (self.title_place or 0) - 10)
        first = self.view.runs[start].line if self.view.runs else 0
        lines = [line for line in self.view.lines[first:] if line]
        runs = [squash(run.text) for run in self.view.runs[start:]]
        pairs = []
        for texts in (lines, runs):
            for place, text in enumerate(texts):
                if len(text) > _LONGEST_PAIR:
                    continue
                head, mark, tail = _split_label(text)
                if mark and tail:
                    pairs.append((head, tail))
                elif len(text) <= _LONGEST_LABEL and place + 1 < len(texts):
                    pairs.append((head, texts[place + 1].lstrip(":：#- ")))
        return pairs

    @cached_property
    def brand(self) -> str:
        """The maker's brand: as told, as labelled, else the name before the title that stands on the page by itself."""
        for fact in self.facts.of("brand"):
            value = _after_label(fact.value)
            if 0 < len(value) <= 80 and not value.lower().startswith("http"):
                if "|" in value or self._is_shown_longer(value):
                    self.notes.undecided["brand"] = None
                    self.notes.contradictions["brand"] = f"{fact.layer} says {value}; the page shows no such name by itself"
                    return ""
                self._from("brand", fact.source)
                return value
        for label, value in self.labelled.get("brand", []):
            if 0 < len(value) <= 60 and not LABELS["brand"].fullmatch(value):
                self._from("brand", f"visible: {label}")
                return value
        if name := self._name_beside_title:
            self._from("brand", "visible: called a brand beside the title")
            return name
        if name := self._brand_in_scripts:
            self._from("brand", "script state: brand")
            return name
        if name := self._name_before_title:
            self._from("brand", "visible: link or line that the title begins with")
            return name
        self.notes.missing["brand"] = None
        return ""

    @cached_property
    def _name_beside_title(self) -> str:
        """A short text beside the title that its markup or its link's address calls a brand."""
        if self.title_place is None:
            return ""
        runs = self.view.runs
        for place in range(max(0, self.title_place - 12), min(len(runs), self.title_place + 20)):
            text = squash(runs[place].text)
            if not 2 <= len(text) <= 40 or LABELS["brand"].fullmatch(text.rstrip(":： ")):
                continue
            if any(_BRAND_CLASS.search(f"{named(each)} {each.get('href') or ''}") for each in chain(runs[place].element, 2)):
                return text
        return ""

    @cached_property
    def _brand_in_scripts(self) -> str:
        """A brand in the page's script state, where the title begins with it or a line beside the title is it."""
        title, start = self.title.casefold(), self.title_place or 0
        beside = {squash(run.text).casefold() for run in self.view.runs[max(0, start - 40) : start + 40]}
        for script in _SCRIPTS(self.root)[:200]:
            for match in _BRAND_STATE.finditer(str(script)[:2_000_000]):
                name = match[1].casefold()
                if name in beside or title.startswith(f"{name} "):
                    return str(match[1])
                if _folded(title).startswith(f"{_folded(name)} ") and len(_folded(name)) > 2:
                    return self.title[: len(name)]
        return ""

    def _is_shown_longer(self, name: str) -> bool:
        """Whether the page shows the name only as the beginning of a longer one, in a link of its own."""
        folded = name.casefold()
        longer = False
        start = self.title_place or 0
        for place, run in enumerate(self.view.runs):
            text = squash(run.text).casefold()
            if text == folded or text.endswith((f": {folded}", f"：{folded}")):
                return False
            if abs(place - start) <= 40 and len(text) < 60 and text.startswith(f"{folded} ") and text not in self.title.casefold():
                longer = longer or any(each.tag == "a" for each in chain(run.element, 3))
        return longer

    @cached_property
    def _name_before_title(self) -> str:
        """A short line on the page, in a link of its own, that is also how the title begins."""
        title = self.title
        best = ""
        for run in self.view.runs:
            text = squash(run.text)
            if not 2 <= len(text) <= 40 or len(text) >= len(title) or len(text) <= len(best):
                continue
            if title.casefold().startswith(f"{text.casefold()} ") and any(each.tag == "a" for each in chain(run.element, 3)):
                best = text
        return best

    @property
    def sku(self) -> str:
        """The shop's number of the article: as shown near the heading, else as told, else from the address."""
        told = self.facts.of("sku") + self.facts.of("offer_sku")
        values = list(dict.fromkeys(fact.value for fact in told if len(fact.value) <= 40 and _code(fact.value)))
        bare = {_bare(value): value for value in values}
        for code in self._codes_in_sight:
            if _bare(code) in bare:
                self._from("sku", "visible: as told")
                return code if len(values) == 1 else code
        labelled = [(label, code) for label, value in self.labelled.get("sku", []) if (code := _code(value))]
        if labelled and not (len(values) == 1 and labelled[0][0].lower() in _VAGUE_LABELS):
            label, code = labelled[0]
            self._from("sku", f"visible: {label}")
            return code
        if len(values) == 1 and not (self._code_in_sight_and_address and _bare(values[0]) not in self._bare_address):
            self._from("sku", told[0].source)
            return values[0]
        return self._sku_elsewhere(values)

    @cached_property
    def _bare_address(self) -> str:
        return _bare(unquote(urlsplit(self.url).path))

    @cached_property
    def _code_in_sight_and_address(self) -> str:
        """A code in the main part, outside the title, that the page's address holds too."""
        title = _bare(self.title)
        for code in self._codes_in_sight[:60]:
            plain = _bare(code)
            if len(plain) >= 6 and sum(map(str.isdigit, plain)) >= 5 and plain in self._bare_address and plain not in title:
                return code
        return ""

    @cached_property
    def _codes_in_sight(self) -> list[str]:
        """Codes with a digit in the main part, each as shown."""
        start = self.title_place or 0
        codes = []
        for run in self.view.runs[max(0, start - 5) : start + 400]:
            if len(run.text) <= 80:
                codes.extend(word for word in _WORD_CODE.findall(run.text) if any(map(str.isdigit, word)))
        return codes

    def _sku_elsewhere(self, values: list[str]) -> str:
        if self._code_in_sight_and_address:
            self._from("sku", "visible: a code that the address has too")
            return self._code_in_sight_and_address
        for fact in self.facts.of("product_id"):
            if _CODE.fullmatch(fact.value) and len(fact.value) <= 40 and not _gtin(fact.value):
                self._from("sku", fact.source)
                return fact.value
        if code := _code_in(self.url):
            self._from("sku", "url")
            return code
        if common := _common_stem(values):
            self._from("sku", "json-ld: common part of the variants' numbers")
            return common
        self.notes.missing["sku"] = None
        return ""

    def _number_of(self, name: str, valid: Callable[[str], str]) -> str:
        for label, value in self.labelled.get(name, []):
            if code := valid(value):
                self._from(name, f"visible: {label}")
                return code
        for fact in self.facts.of(name):
            if code := valid(fact.value):
                self._from(name, fact.source)
                return code
        self.notes.missing[name] = None
        return ""

    @property
    def gtin(self) -> str:
        """商品条码 with a valid check digit, as labelled or told."""
        return self._number_of("gtin", _gtin)

    @property
    def mpn(self) -> str:
        """The maker's number, as labelled or told."""
        return self._number_of("mpn", _part_number) or self._model

    @property
    def _model(self) -> str:
        for fact in self.facts.of("model"):
            if code := _code(fact.value):
                self._from("mpn", fact.source)
                return code
        return ""

    @property
    def seller(self) -> str:
        """Who sells it, as labelled, else as told."""
        for label, value in self.labelled.get("seller", []):
            if 0 < len(value) <= 60:
                self._from("seller", f"visible: {label}")
                return value
        for fact in self.facts.of("seller"):
            if 0 < len(fact.value) <= 80:
                self._from("seller", fact.source)
                return fact.value
        self.notes.missing["seller"] = None
        return ""

    @property
    def rating(self) -> Decimal | None:
        """The mean of the ratings, as told."""
        for fact in self.facts.of("rating"):
            value = decimal_of(fact.value) if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", fact.value) else _float(fact.value)
            if value is not None and value <= 100:
                self._from("rating", fact.source)
                return value
        self.notes.missing["rating"] = None
        return None

    @property
    def review_count(self) -> int | None:
        """The number of reviews, as told; of ratings where reviews are not counted."""
        for name in ("review_count", "rating_count"):
            for fact in self.facts.of(name):
                count = whole_number(fact.value)
                if count is not None:
                    self._from("review_count", fact.source)
                    return count
        self.notes.missing["review_count"] = None
        return None

    @property
    def category_path(self) -> tuple[str, ...]:
        """Breadcrumbs as told."""
        crumbs = self.facts.values("crumb")
        return tuple(crumbs[:10])

    @property
    def images(self) -> tuple[str, ...]:
        """Pictures as told."""
        links = (link_of(self.url, value) for value in self.facts.values("image"))
        return tuple(dict.fromkeys(link for link in links if link))[:50]

    def parsed(self, *, platform: str, category: str = "") -> ParsedPage:
        """All fields as one page.

        Raises:
            ExtractionError: the page has no title at all.
        """
        if not self.title:
            raise ExtractionError("title", url=self.url, why="no heading, and no name in any layer")
        price, seller, sku = self.price, self.seller, self.sku
        is_range = price.high is not None and price.high != price.value
        text = "\n".join(self.view.lines)
        listing = Listing(
            platform=platform,
            item_id=sku or digest_of(canonical_url(self.url))[:24],
            url=self.url,
            title=self.title,
            description=next(iter(self.facts.values("description")), ""),
            category=category,
            category_path=self.category_path,
            brand=self.brand,
            price=None if is_range else price.value,
            price_low=price.value if is_range else None,
            price_high=price.high if is_range else None,
            list_price=price.list_price,
            list_price_label=price.list_label,
            currency=price.currency,
            availability=self.availability,
            rating=self.rating,
            review_count=self.review_count,
            shop=subject_key(platform, "site"),
            shop_name=seller,
            services=tuple(dict.fromkeys(line for line in self._main_lines if len(line) < 60 and SERVICES.search(line)))[:20],
            images=self.images,
            sku=sku,
            gtin=self.gtin,
            mpn=self.mpn,
            origin=self._first_labelled("origin"),
            produced=self._first_labelled("produced"),
            standards=tuple(dict.fromkeys(match[0] for match in STANDARD.finditer(text)))[:20],
            permits=tuple(dict.fromkeys(match[0] for match in PERMIT.finditer(text)))[:20],
        )
        return ParsedPage(
            listing=listing,
            missing_fields=tuple(self.notes.missing),
            provenance=tuple(self.notes.provenance.items()),
            contradictions=tuple(self.notes.contradictions.items()),
            undecided=tuple(self.notes.undecided),
        )

    def _first_labelled(self, name: str) -> str:
        return next((value for _, value in self.labelled.get(name, []) if len(value) <= 60), "")

    def _from(self, name: str, source: str) -> None:
        self.notes.provenance[name] = source


def _overlap(one: str, other: str) -> float:
    """Share of the words of ``one`` that ``other`` has too."""
    words = _folded(one).split()
    if not words:
        return 0.0
    theirs = set(_folded(other).split())
    shared = sum(word in theirs for word in words) / len(words)
    contained = 0.3 if _folded(one) in _folded(other) else 0.0
    return shared + contained


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _bare(code: str) -> str:
    return re.sub(r"\W|_", "", code).casefold()


def _is_aside(element: Element) -> bool:
    for each in chain(element, 12):
        if each.tag in ("footer", "nav", "body", "html"):
            return each.tag in ("footer", "nav")
        name = named(each)
        if HIDDEN_CLASS.search(name):
            return True
    return False


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
        or "disabled" in (element.get("class") or "")
    )


def _split_label(line: str) -> tuple[str, str, str]:
    match = re.match(r"^([^:：#]{1,48}?)\s*(?:[:：#№]|\s[-–]\s)\s*(.*)$", line)
    if match:
        return match[1].strip(" #*•-"), ":", match[2].strip()
    return line.strip(" #*•-:："), "", ""


def _after_label(value: str) -> str:
    head, mark, tail = _split_label(value)
    return tail if mark and tail and len(tail) < 60 and " " in head else value


_WORD_CODE = re.compile(r"[A-Za-z0-9][\w./-]{2,30}[A-Za-z0-9]")
_VAGUE_LABELS = frozenset({"ref", "reference", "référence", "code", "código", "codice", "cod", "kód", "kod", "код", "item", "lot", "art", "style"})
_ID_NAMES = re.compile(r"(?:^|&)(?:pid|sku|id|item_?id|goods_?id|product_?id|prod_?id|products_id|variant|item|code)=(\w{3,20})(?:&|$)", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9][\w./+-]{1,39}")


def _code(text: str) -> str:
    """The number in a value: one word with a digit in it."""
    text = squash(text).strip(" #:：()[]")
    if len(text) > 60:
        return ""
    word = text.split(" ")[0].strip(",;")
    return word if _CODE.fullmatch(word) and any(map(str.isdigit, word)) else ""


def _part_number(text: str) -> str:
    text = squash(text).strip(" #:：")
    is_none = re.fullmatch(r"(?:does|do) not apply|n/?a|nicht zutreffend|non applicabile|ne s'applique pas|unbranded|-+", text, re.IGNORECASE)
    return "" if is_none or len(text) > 40 or len(text) < 3 else text


def _gtin(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    found = re.match(r"\d{8,14}", digits)
    if not found or len(found[0]) not in (8, 12, 13, 14):
        return ""
    weights = (3 if place % 2 == 0 else 1 for place in range(len(found[0]) - 1))
    total = sum(int(digit) * weight for digit, weight in zip(reversed(found[0][:-1]), weights, strict=True))
    return found[0] if (10 - total % 10) % 10 == int(found[0][-1]) else ""


def _common_stem(values: list[str]) -> str:
    """What the numbers of all variants begin with."""
    if len(values) < 2:
        return ""
    stem = values[0]
    for value in values[1:]:
        while stem and not value.startswith(stem):
            stem = stem[:-1]
    stem = stem.rstrip("-_./ ")
    return stem if len(stem) >= 5 and any(map(str.isdigit, stem)) else ""


def _code_in(url: str) -> str:
    parts = urlsplit(url)
    named_id = _ID_NAMES.search(parts.query)
    if named_id and any(map(str.isdigit, named_id[1])):
        return named_id[1]
    numbers = re.findall(r"(?<![\d])\d{5,14}(?!\d)", unquote(parts.path))
    return numbers[-1] if numbers else ""


def _float(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"\d{1,3}\.\d{1,20}", text) else None


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


def _path(element: Element) -> str:
    path: str = element.getroottree().getpath(element)
    return path


_ = (Fact, Iterable, ASIDE_CLASS)
