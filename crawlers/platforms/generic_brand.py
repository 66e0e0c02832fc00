"""Brand of the goods on a page of an unknown shop 品牌: as told, as labelled, or as markup alone shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from crawlers.platforms.generic_cards import is_in
from crawlers.platforms.generic_facts import Fact
from crawlers.platforms.generic_labels import LABELS
from crawlers.platforms.generic_pairs import split_label
from crawlers.platforms.generic_seen import words_of
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
_MOST_SCRIPTS, _LONGEST_SCRIPT = 200, 2_000_000


@dataclass(frozen=True)
class BrandedPage(StockedPage):
    """Brand of the goods on a page of an unknown shop."""

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
        if self._is_site_name(folded):
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


def _are_alike(one: str, other: str) -> bool:
    """Whether one of two names begins with the other, as "Tor Tools Ltd." does with "Tor"."""
    first, second = sorted((words_of(one), words_of(other)), key=len)
    return f"{second} ".startswith(f"{first} ")


def _after_label(value: str) -> str:
    head, mark, tail = split_label(value)
    return tail if mark and tail and len(tail) < 60 and " " in head else value
