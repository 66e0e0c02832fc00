"""Brand of the goods on a page of an unknown shop 品牌: as told, as labelled, or as markup alone shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.platforms.generic_brand_state import attributes_of, confirmed, stated_in
from crawlers.platforms.generic_brand_words import is_company, is_no_brand, named_in_address, plain_name
from crawlers.platforms.generic_cards import is_in
from crawlers.platforms.generic_facts import Fact
from crawlers.platforms.generic_labels import LABELS, MAKER
from crawlers.platforms.generic_pairs import split_label
from crawlers.platforms.generic_seen import words_of
from crawlers.platforms.generic_stock import StockedPage
from crawlers.platforms.generic_view import chain, named
from crawlers.platforms.generic_words import BRAND_CLASS
from crawlers.platforms.kept import kept
from crawlers.platforms.tree import Element, squash

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
_BY = re.compile(r"(?:by|von|par|door)(?:\s+(?P<name>\S.{1,39}))?", re.IGNORECASE)
_BOOK = re.compile(r"97[89]\d{10}")
"""ISBN-13 as EAN: its prefixes are those of books, whose "by" names an author."""
_CODED = re.compile(r"part-?(?:num|no)|mpn|model|catalog")
_TRAIL = re.compile(r"crumb|(?<![a-z])(?:path|tags?)(?![a-z])")
"""What markup calls the way to the goods, and lists of catchwords."""
_HAS_DIGIT = re.compile(r"\d")
_LONGEST_LINK = 60
_LEVELS_AROUND, _MOST_PICTURES = 6, 200


@dataclass(frozen=True)
class BrandedPage(StockedPage):
    """Brand of the goods on a page of an unknown shop."""

    @kept
    def brand(self) -> str:
        """The maker's brand: as told where the page shows it, as labelled, as the markup beside the title
        calls it, else as told, else as scripts and attributes name it with the title's consent, else the name
        before the title that stands on the page by itself, else the company that is labelled as the maker.
        """
        given = filter(None, map(self._told_brand, self.facts.of("brand")))
        told = min(given, key=lambda each: is_company(each[0]), default=None)
        seen, source = self._brand_in_sight
        if told:
            value, fact = told
            if "|" in value or self._is_shown_longer(value):
                self.notes.undecided["brand"] = None
                self.notes.contradictions["brand"] = (
                    f"{fact.layer} says {value}; the page shows no such name by itself"
                )
                return ""
            is_shown = self._is_shown_beside(value) and not is_company(value)
            if not seen or is_shown or _are_alike(seen, value):
                self._from("brand", fact.source)
                return value
            self.notes.contradictions["brand"] = f"{fact.layer} says {value}; a person sees {seen}"
        if seen:
            self._from("brand", source)
            return seen
        return self._hinted_brand

    @property
    def _hinted_brand(self) -> str:
        """The brand where neither machines are told nor a person sees one as such."""
        start = self.title_place or 0
        beside = {words_of(run.text) for run in self.view.runs[max(0, start - 40) : start + 40]}
        scripts = (each.text or "" for each in self.view.parts.scripts if each.get("src") is None)
        if name := confirmed(stated_in(scripts), title=self.title, beside=beside):
            self._from("brand", "script state: brand")
            return name
        attributes = (
            each
            for each in attributes_of(self.root, self.view.parts.stating)
            if each.element is None or not is_in(each.element, self.cards)
        )
        if name := confirmed(attributes, title=self.title, beside=beside):
            self._from("brand", "attribute that is called a brand")
            return name
        if name := self._name_before_title:
            self._from("brand", "visible: link or line that the title begins with")
            return name
        for label, value in self._labelled_brands:
            self._from("brand", f"visible: {label}")
            return value
        self.notes.missing["brand"] = None
        return ""

    @kept
    def _labelled_brands(self) -> list[tuple[str, str]]:
        """(label, name) pairs: brands, then makers, last companies by their full names."""
        pairs = [
            (label, name)
            for label, value in self.labelled.get("brand", [])
            if 0 < len(value) <= 60
            and not LABELS["brand"].fullmatch(value.lower())
            and not is_no_brand(value)
            and (name := plain_name(value))
        ]
        return sorted(
            pairs, key=lambda pair: (is_company(pair[1]), MAKER.fullmatch(pair[0].lower()) is not None)
        )

    @staticmethod
    def _told_brand(fact: Fact) -> tuple[str, Fact] | None:
        value = _after_label(fact.value)
        is_name = 0 < len(value) <= 80 and not value.lower().startswith("http") and not is_no_brand(value)
        return (value, fact) if is_name else None

    @kept
    def _brand_in_sight(self) -> tuple[str, str]:
        """The brand as labelled or as the markup beside the title calls it, in words or as a picture."""
        for label, value in self._labelled_brands:
            if not is_company(value):
                return value, f"visible: {label}"
        if name := self._name_beside_title:
            return name, "visible: called a brand beside the title"
        if name := self._pictured_brand:
            return name, "visible: picture called a brand beside the title"
        if name := self._name_after_by:
            return name, "visible: by-line beside the title"
        if name := self._caption_above_title:
            return name, "visible: caption above the title"
        return "", ""

    def _is_shown_beside(self, name: str) -> bool:
        """Whether the name stands by itself beside the title, or the title begins with it; a shop's own name
        in its head does not count.
        """
        folded = words_of(name)
        if self._is_site_name(folded):
            return False
        start, runs = self.title_place or 0, self.view.runs
        beside = runs[max(0, start - 6) : start + 40]
        return words_of(self.title).startswith(folded) or any(words_of(run.text) == folded for run in beside)

    @kept
    def _pictured_brand(self) -> str:
        """The words of a picture that its markup or its link calls a brand, in the part around the title."""
        if self.title_place is None:
            return ""
        around = set(chain(self.view.runs[self.title_place].element, _LEVELS_AROUND))
        for picture in self.view.parts.pictures[:_MOST_PICTURES]:
            name = _LOGO.sub(" ", squash(picture.get("alt") or picture.get("title") or "")).strip(" :-–|")
            near = list(chain(picture, _LEVELS_AROUND))
            if not 2 <= len(name) <= 40 or self._is_site_name(name) or len(name) >= len(self.title):
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

    @kept
    def _name_beside_title(self) -> str:
        """A short text beside the title that its markup or its link's address calls a brand; of
        several, which may be a menu, one that the title bears too.
        """
        names = {words_of(name): name for name in reversed(list(self._names_beside_title))}
        title = f" {words_of(self.title)} "
        borne = (name for folded, name in reversed(names.items()) if f" {folded} " in title)
        return next(borne, "") or (next(iter(names.values())) if len(names) == 1 else "")

    @property
    def _names_beside_title(self) -> Iterator[str]:
        if self.title_place is None:
            return
        runs = self.view.runs
        for place in range(max(0, self.title_place - 12), min(len(runs), self.title_place + 20)):
            element, text = runs[place].element, squash(runs[place].text)
            around = list(chain(element, 2))
            if not 2 <= len(text) <= _LONGEST_LINK or not any(map(self._is_called_brand, around)):
                continue
            name = _name_in(text, around)
            if not 2 <= len(name) <= 40 or BRAND_CLASS.are_in(name.lower()) or name.endswith((":", "：")):
                continue
            if any(_CODED.search(named(each)) for each in around) or words_of(name) == words_of(self.title):
                continue
            if not self._is_elsewhere(element):
                yield name

    @kept
    def _name_after_by(self) -> str:
        """The name in a line "by …" right behind the title, or in the link behind that word."""
        if self.title_place is None or any(_BOOK.fullmatch(each) for each in self.facts.values("gtin")):
            return ""
        runs = self.view.runs
        for place in range(self.title_place + 1, min(len(runs) - 1, self.title_place + 4)):
            match = _BY.fullmatch(squash(runs[place].text))
            if match is None:
                continue
            link = runs[place + 1]
            is_link = any(each.tag == "a" for each in chain(link.element, 2))
            name = match["name"] or (squash(link.text) if is_link else "")
            if 2 <= len(name) <= 40 and not _NO_NAME.search(name) and name[0] == name[0].upper():
                return name
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

    @kept
    def _name_before_title(self) -> str:
        """A short line on the page, in a link of its own, that is also how the title begins."""
        title, folded = self.title, self.title.casefold()
        best = ""
        for run in self.view.runs:
            text = squash(run.text)
            if not 2 <= len(text) <= 40 or len(text) >= len(title) or len(text) <= len(best):
                continue
            if folded.startswith(f"{text.casefold()} ") and self._may_link_brand(run.element, text):
                best = text
        return best

    def _may_link_brand(self, element: Element, text: str) -> bool:
        """Whether a text stands in a link to another page that is no step of a trail, no code and no value
        whose label says something else.
        """
        link = next((each for each in chain(element, 3) if each.tag == "a"), None)
        if link is None or _HAS_DIGIT.search(text) or text[0] != text[0].upper():
            return False
        leads = (link.get("href") or "#")[0] != "#"
        around = list(chain(link, 4))
        is_other = any(each.tag == "td" or _TRAIL.search(named(each)) for each in around)
        return leads and not is_other and not self.view.is_aside(element)


def _are_alike(one: str, other: str) -> bool:
    """Whether one of two names begins with the other, as "Tor Tools Ltd." does with "Tor"."""
    first, second = sorted((words_of(one), words_of(other)), key=len)
    return f"{second} ".startswith(f"{first} ")


def _name_in(text: str, around: list[Element]) -> str:
    """The brand in a text that is called one: without its label, without what a link says besides."""
    label, mark, value = split_label(text)
    if mark and value and LABELS["brand"].fullmatch(label.lower()):
        text = value
    hrefs = (each.get("href") or "" for each in around if each.tag == "a")
    return next(filter(None, (named_in_address(text, href) for href in hrefs)), "") or plain_name(text)


def _after_label(value: str) -> str:
    head, mark, tail = split_label(value)
    return tail if mark and tail and len(tail) < 60 and " " in head else value
