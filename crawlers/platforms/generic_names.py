"""Brand and numbers of the goods on a page of an unknown shop: SKU, 商品条码, part number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import unquote, urlsplit

from crawlers.platforms.generic_cards import is_in
from crawlers.platforms.generic_facts import Fact
from crawlers.platforms.generic_labels import LABELS
from crawlers.platforms.generic_seen import split_label, words_of
from crawlers.platforms.generic_stock import StockedPage
from crawlers.platforms.generic_view import chain, named
from crawlers.platforms.generic_words import BRAND_CLASS
from crawlers.platforms.tree import Element, squash

_BRAND_STATE = re.compile(r'"brand(?:Name|_name)?"\s*:\s*(?:\{\s*"name"\s*:\s*)?"([^"\\]{2,40})"')
_LOGO = re.compile(
    r"\b(?:logo|brand|marke|marca|marque|merk|značka|marka|logotyp|logotipo)\b|品牌|ロゴ|로고", re.IGNORECASE
)
_CAPTION_CLASS = re.compile(r"(?<!fig)caption|eyebrow|kicker|overline|sub-?head")
_NO_NAME = re.compile(
    r"\d|%|[!:：]|\b(?:new|neu|nuevo|nouveau|novo|nuovo|sale|best|limited|exclusive|only|home|back|save|top"
    r"|shop|free)\b",
    re.IGNORECASE,
)
"""What a short line above a heading says that is no name."""
_LEVELS_AROUND, _MOST_PICTURES = 6, 200
_NOT_BARE = re.compile(r"\W|_")
_DIGIT = re.compile(r"\d")
_WORD_CODE = re.compile(r"[A-Za-z0-9][\w./-]{2,30}[A-Za-z0-9]")
_VAGUE_LABELS = frozenset(
    {
        "ref",
        "reference",
        "référence",
        "code",
        "código",
        "codice",
        "cod",
        "kód",
        "kod",
        "код",
        "item",
        "lot",
        "art",
        "style",
    }
)
_ID_NAMES = re.compile(
    r"(?:^|&)(?:pid|sku|id|item_?id|goods_?id|product_?id|prod_?id|products_id|variant|item|"
    r"code)=(\w{3,20})(?:&|$)",
    re.IGNORECASE,
)
_LONGEST_WITH_CODE = 80
_NEAR, _LONGEST_CODE_LABEL = 66, 12
_MOST_CODED, _MOST_INSIDE = 300, 5
_MOST_SCRIPTS, _LONGEST_SCRIPT = 200, 2_000_000
_CODE = re.compile(r"[^\W_][\w./+-]{1,39}")


@dataclass(frozen=True)
class NamedPage(StockedPage):
    """Brand and numbers of the goods on a page of an unknown shop."""

    @cached_property
    def brand(self) -> str:
        """The maker's brand: as told where the page shows it, as labelled, as the markup beside the title
        calls it, else as told, else the name before the title that stands on the page by itself.
        """
        told = next(filter(None, map(self._told_brand, self.facts.of("brand"))), None)
        seen, source = self._brand_in_sight
        if told:
            value, fact = told
            if "|" in value or self._is_shown_longer(value):
                self.notes.undecided["brand"] = None
                self.notes.contradictions["brand"] = (
                    f"{fact.layer} says {value}; the page shows no such name by itself"
                )
                return ""
            if not seen or self._is_shown_beside(value) or _are_alike(seen, value):
                self._from("brand", fact.source)
                return value
            self.notes.contradictions["brand"] = f"{fact.layer} says {value}; a person sees {seen}"
        if seen:
            self._from("brand", source)
            return seen
        if name := self._brand_in_scripts:
            self._from("brand", "script state: brand")
            return name
        if name := self._name_before_title:
            self._from("brand", "visible: link or line that the title begins with")
            return name
        self.notes.missing["brand"] = None
        return ""

    @staticmethod
    def _told_brand(fact: Fact) -> tuple[str, Fact] | None:
        value = _after_label(fact.value)
        return (value, fact) if 0 < len(value) <= 80 and not value.lower().startswith("http") else None

    @cached_property
    def _brand_in_sight(self) -> tuple[str, str]:
        """The brand as labelled or as the markup beside the title calls it, in words or as a picture."""
        for label, value in self.labelled.get("brand", []):
            if 0 < len(value) <= 60 and not LABELS["brand"].fullmatch(value):
                return value, f"visible: {label}"
        if name := self._name_beside_title:
            return name, "visible: called a brand beside the title"
        if name := self._pictured_brand:
            return name, "visible: picture called a brand beside the title"
        if name := self._caption_above_title:
            return name, "visible: caption above the title"
        return "", ""

    def _is_shown_beside(self, name: str) -> bool:
        """Whether the name stands by itself beside the title, or the title begins with it; a shop's own name
        in its head does not count.
        """
        folded = words_of(name)
        if folded.replace(" ", "") in {each.replace(" ", "") for each in self._site_names}:
            return False
        start, runs = self.title_place or 0, self.view.runs
        beside = runs[max(0, start - 6) : start + 40]
        return words_of(self.title).startswith(folded) or any(words_of(run.text) == folded for run in beside)

    @cached_property
    def _pictured_brand(self) -> str:
        """The words of a picture that its markup or its link calls a brand, in the part around the title."""
        if self.title_place is None:
            return ""
        around = set(chain(self.view.runs[self.title_place].element, _LEVELS_AROUND))
        for picture in self.view.parts.pictures[:_MOST_PICTURES]:
            name = _LOGO.sub(" ", squash(picture.get("alt") or picture.get("title") or "")).strip(" :-–|")
            near = list(chain(picture, _LEVELS_AROUND))
            if not 2 <= len(name) <= 40 or words_of(name) in self._site_names or len(name) >= len(self.title):
                continue
            is_called = any(map(self._is_called_brand, near[:3]))
            if is_called and not around.isdisjoint(near) and not self._is_elsewhere(picture):
                return name
        return ""

    @property
    def _caption_above_title(self) -> str:
        """The short line right above the heading, where its markup calls it a caption."""
        place = self.title_place
        if not place:
            return ""
        above, heading = self.view.runs[place - 1], self.view.runs[place]
        name = squash(above.text)
        is_caption = any(_CAPTION_CLASS.search(named(each)) for each in chain(above.element, 2))
        is_near = not set(chain(above.element, 4)).isdisjoint(chain(heading.element, 4))
        return name if is_caption and is_near and 2 <= len(name) <= 30 and not _NO_NAME.search(name) else ""

    def _is_called_brand(self, element: Element) -> bool:
        """Whether an element's name or the address of its link speaks of a brand."""
        href = element.get("href") if element.tag == "a" else None
        return self.view.marks(element).is_brand or (href is not None and BRAND_CLASS.are_in(href.lower()))

    def _is_elsewhere(self, element: Element) -> bool:
        return self.view.is_aside(element) or is_in(element, self.cards)

    @cached_property
    def _name_beside_title(self) -> str:
        """A short text beside the title that its markup or its link's address calls a brand."""
        if self.title_place is None:
            return ""
        runs = self.view.runs
        for place in range(max(0, self.title_place - 12), min(len(runs), self.title_place + 20)):
            element, text = runs[place].element, squash(runs[place].text)
            if not 2 <= len(text) <= 40 or not any(map(self._is_called_brand, chain(element, 2))):
                continue
            if BRAND_CLASS.are_in(text.lower()) or text.endswith((":", "：")):
                continue
            if not self._is_elsewhere(element) and words_of(text) != words_of(self.title):
                return text
        return ""

    @cached_property
    def _brand_in_scripts(self) -> str:
        """A brand in the page's script state, where the title begins with it or a line beside the title
        is it.
        """
        title, start = self.title.casefold(), self.title_place or 0
        beside = {squash(run.text).casefold() for run in self.view.runs[max(0, start - 40) : start + 40]}
        texts = (each.text or "" for each in self.view.parts.scripts if each.get("src") is None)
        for text in islice((each for each in texts if "brand" in each), _MOST_SCRIPTS):
            for match in _BRAND_STATE.finditer(text[:_LONGEST_SCRIPT]):
                name = match[1].casefold()
                if name in beside or title.startswith(f"{name} "):
                    return str(match[1])
                if words_of(title).startswith(f"{words_of(name)} ") and len(words_of(name)) > 2:
                    return self.title[: len(name)]
        return ""

    def _is_shown_longer(self, name: str) -> bool:
        """Whether the page shows the name only as the beginning of a longer one, in a link of its own."""
        folded = name.lower()
        longer = False
        start = self.title_place or 0
        for place in self.view.runs_with(folded):
            run = self.view.runs[place]
            text = squash(run.text).lower()
            if text == folded or text.endswith((f": {folded}", f"：{folded}")):
                return False
            if (
                abs(place - start) <= 40
                and len(text) < 60
                and text.startswith(f"{folded} ")
                and text not in self.title.lower()
            ):
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
            if title.casefold().startswith(f"{text.casefold()} ") and any(
                each.tag == "a" for each in chain(run.element, 3)
            ):
                best = text
        return best

    @property
    def sku(self) -> str:
        """The shop's number of the article: as shown near the heading, else as told, else from the
        address.
        """
        told = self.facts.of("sku") + self.facts.of("offer_sku")
        values = list(
            dict.fromkeys(fact.value for fact in told if len(fact.value) <= 40 and _code(fact.value))
        )
        if code := self._shown_code(values):
            self._from("sku", "visible: as told")
            return code
        labelled = [(label, code) for label, value in self.labelled.get("sku", []) if (code := _code(value))]
        if labelled and not (len(values) == 1 and labelled[0][0].lower() in _VAGUE_LABELS):
            label, code = labelled[0]
            self._from("sku", f"visible: {label}")
            return code
        if code := self._called_sku:
            self._from("sku", "visible: called a number beside the title")
            return code
        if len(values) == 1 and not (
            self._code_in_sight_and_address and _bare(values[0]) not in self._bare_address
        ):
            self._from("sku", told[0].source)
            return values[0]
        return self._sku_elsewhere(values)

    @cached_property
    def _called_sku(self) -> str:
        """A code beside the title that its markup calls one, or the code behind a label that is called so."""
        if self.title_place is None:
            return ""
        runs, places, first = self.view.runs, self.view.place_of, self.title_place - 6
        for element in self.view.parts.coded[:_MOST_CODED]:
            if not self.view.marks(element).is_code:
                continue
            inside = (places[each] for each in islice(element.iter(), _MOST_INSIDE) if each in places)
            place = next(inside, None)
            if place is None or not first <= place < first + _NEAR or self._is_elsewhere(element):
                continue
            text = squash(runs[place].text)
            following = squash(runs[place + 1].text) if place + 1 < len(runs) else ""
            code = _code(text) or (_code(following) if len(text) <= _LONGEST_CODE_LABEL else "")
            if code and code in (text, following):
                return code
        return ""

    def _shown_code(self, values: list[str]) -> str:
        """A told number as the page shows it, with its own hyphens or spaces."""
        for value in values:
            for place in self.view.runs_with(value.lower()):
                if place >= (self.title_place or 0) - 5 and value in _WORD_CODE.findall(
                    self.view.runs[place].text
                ):
                    return value
        bare = set(map(_bare, values))
        return next((code for code in self._codes_in_sight if _bare(code) in bare), "") if bare else ""

    @cached_property
    def _bare_address(self) -> str:
        return _bare(unquote(urlsplit(self.url).path))

    @cached_property
    def _code_in_sight_and_address(self) -> str:
        """A code in the main part, outside the title, that the page's address holds too."""
        title = _bare(self.title)
        for code in self._codes_in_sight:
            plain = _bare(code)
            if (
                len(plain) >= 6
                and sum(map(str.isdigit, plain)) >= 5
                and plain in self._bare_address
                and plain not in title
            ):
                return code
        return ""

    @cached_property
    def _codes_in_sight(self) -> list[str]:
        """Codes with a digit in the main part, each as shown."""
        start = (self.title_place or 0) - 5
        texts = (self.view.runs[place].text for place in self.view.numbered if place >= start)
        words = (
            word for text in texts if len(text) <= _LONGEST_WITH_CODE for word in _WORD_CODE.findall(text)
        )
        return [word for word in words if _DIGIT.search(word)]

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
        for label, value in self.labelled.get("gtin", []):
            if (code := _code(value)) and not _gtin(value) and not code.isdecimal():
                self._from("sku", f"visible: {label}, which is none")
                return code
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


def _bare(code: str) -> str:
    return _NOT_BARE.sub("", code).casefold()


def _are_alike(one: str, other: str) -> bool:
    """Whether one of two names begins with the other, as "Tor Tools Ltd." does with "Tor"."""
    first, second = sorted((words_of(one), words_of(other)), key=len)
    return f"{second} ".startswith(f"{first} ")


def _after_label(value: str) -> str:
    head, mark, tail = split_label(value)
    return tail if mark and tail and len(tail) < 60 and " " in head else value


def _code(text: str) -> str:
    """The number in a value: one word with a digit in it."""
    text = squash(text).strip(" #:：()[]")
    if len(text) > 60:
        return ""
    word = text.split(" ")[0].strip(",;")
    is_code = any(map(str.isdigit, word)) or (len(word) > 3 and word == text and word.isupper())
    return word if is_code and _CODE.fullmatch(word) else ""


def _part_number(text: str) -> str:
    text = squash(text).strip(" #:：")
    is_none = re.fullmatch(
        r"(?:does|do) not apply|n/?a|nicht zutreffend|non applicabile|ne s'applique pas|unbranded|-+",
        text,
        re.IGNORECASE,
    )
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
