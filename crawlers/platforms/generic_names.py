"""Numbers of the goods on a page of an unknown shop: SKU, 商品条码, part number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urlsplit

from crawlers.platforms.generic_brand import BrandedPage
from crawlers.platforms.kept import kept
from crawlers.platforms.tree import squash

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
    r"(?:^|&)(?:pid|sku|goods_?id|product_?id|prod_?id|products_id|variant|code)=(\w{3,20})(?:&|$)",
    re.IGNORECASE,
)
"""What an address calls a number of the goods; that of an item 商品ID is a platform's number of the offer."""
_LONGEST_WITH_CODE = 80
_NEAR, _LONGEST_CODE_LABEL = 66, 12
_MOST_CODED, _MOST_INSIDE = 300, 5
_CODE = re.compile(r"(?!(?:剩余|库存|仅剩|销量|已售)?\d+(?:件|个|份|箱|瓶|盒|套))[^\W_][\w./+-]{1,39}")


@dataclass(frozen=True)
class NamedPage(BrandedPage):
    """Numbers of the goods on a page of an unknown shop."""

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

    @kept
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

    @kept
    def _bare_address(self) -> str:
        return _bare(unquote(urlsplit(self.url).path))

    @kept
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

    @kept
    def _codes_in_sight(self) -> list[str]:
        """Codes with a digit in the main part, each as shown."""
        start = (self.title_place or 0) - 5
        texts = self.view.texts
        numbered = (texts[place] for place in self.view.numbered if place >= start)
        # No code goes over the end of a line.
        joined = "\n".join(text for text in numbered if len(text) <= _LONGEST_WITH_CODE)
        return [word for word in _WORD_CODE.findall(joined) if _DIGIT.search(word)]

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
