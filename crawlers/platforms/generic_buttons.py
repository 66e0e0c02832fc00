"""What can be pressed on a page 按钮, and what it says: in words, as a picture, or by its name alone."""

from __future__ import annotations

import re

from crawlers.platforms.tree import Element, squash, text_of

_BUTTON_TYPES = frozenset({"submit", "button", "image"})
_BUY_NAME = re.compile(
    r"(?<![a-z])(?:buy(?:[-_]?(?:now|btn|button|it))?|add[-_]?to[-_]?(?:cart|bag|basket))(?![a-z])"
)
BUY_NAME = "buy"
"""The label of a button without words that its markup calls one to buy with."""
_NAMING_BUTTONS = ("id", "class", "href", "onclick")
_LONGEST_CALLED = 400


def label_of(element: Element) -> str:
    """What something that can be pressed says."""
    text = squash(element.get("value") or "") if element.tag == "input" else text_of(element)
    return text or str(element.get("aria-label") or element.get("title") or _pictured(element))


def _pictured(element: Element) -> str:
    """What a button that is a picture says: the picture's own words, else what its markup calls it."""
    words = next((alt for each in element.iter("img") if (alt := each.get("alt"))), "")
    if words:
        return str(words)
    called = " ".join(filter(None, map(element.get, _NAMING_BUTTONS)))[:_LONGEST_CALLED].lower()
    return BUY_NAME if _BUY_NAME.search(called) else ""


def may_be_button(element: Element) -> bool:
    """Whether an element may be a button: an input of such a type, a link with more than an address."""
    if element.tag == "input":
        return element.get("type") in _BUTTON_TYPES
    if element.tag == "button" or element.get("class") or element.get("id") or element.get("role"):
        return True
    return element.get("onclick") is not None or (element.get("href") or "").startswith("javascript:")
