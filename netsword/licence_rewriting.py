"""Licence pages written anew 页面改写: other class names, wording, wrappers and order, the same facts.

An engine that leans on how the pages of one set are made loses here. Seeded: the same page and seed give the
same page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from random import Random

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

_CLASS_IN_CSS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
# Labels that shops use for the same thing; none of them says whose number it is.
_WORDING: Mapping[str, tuple[str, ...]] = {
    "统一社会信用代码": ("社会信用代码", "统一信用代码", "信用代码"),
    "企业名称": ("单位名称", "公司名称", "主体名称"),
    "法定代表人": ("负责人", "法人代表"),
    "经营场所": ("经营地址",),
    "有效期至": ("有效期限至", "有效期截止"),
}
_BLOCKS = frozenset(
    {"div", "section", "header", "main", "footer", "nav", "aside", "article", "p", "ul", "table"}
)


def rewritten(html: str, *, kind: str, seed: int = 1) -> str:
    """The page under one kind of rewriting, or under ``all`` of them; a page that does not parse stays.

    Raises:
        KeyError: no such kind; see ``KINDS``.
    """
    changes = list(KINDS.values()) if kind == "all" else [KINDS[kind]]
    try:
        root = lxml.html.document_fromstring(html.encode("utf-8", "replace"), _parser())
    except (lxml.etree.ParserError, ValueError):
        return html
    key = hashlib.sha256(f"{seed}\x1f{html}".encode("utf-8", "surrogatepass")).digest()[:8]
    rng = Random(int.from_bytes(key))  # noqa: S311 - a rewriting to repeat, nothing to keep secret
    for change in changes:
        change(root, rng)
    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>"))


def _parser() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(encoding="utf-8")


def _classes(root: HtmlElement, rng: Random) -> None:
    """Every class under a name that says nothing, in markup, style sheets and scripts' quoted words alike."""
    names = sorted(
        {name for element in root.iter() if isinstance(element.tag, str) for name in _named(element)}
    )
    rng.shuffle(names)
    new = {name: f"k{place}" for place, name in enumerate(names)}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "style" and element.text:
            element.text = _CLASS_IN_CSS.sub(lambda found: f".{new.get(found[1], found[1])}", element.text)
        elif _named(element):
            element.set("class", " ".join(new[name] for name in _named(element)))
    if any(element.tag == "script" for element in root.iter()):
        _classes_in_scripts(root, new)


def _classes_in_scripts(root: HtmlElement, new: Mapping[str, str]) -> None:
    quoted = re.compile(
        r"(?<=[\"'.])(" + "|".join(map(re.escape, sorted(new, key=len, reverse=True))) + r")(?=[\"'])"
    )
    for script in root.iter("script"):
        if script.text and new:
            script.text = quoted.sub(lambda found: new[found[1]], script.text)


def _named(element: HtmlElement) -> list[str]:
    return str(element.get("class") or "").split()


def _wording(root: HtmlElement, rng: Random) -> None:
    """Each label as another shop would word it; the same on the whole page."""
    chosen = {word: rng.choice(others) for word, others in _WORDING.items()}
    pattern = re.compile("|".join(map(re.escape, chosen)))
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in {"script", "style"} and element.text:
            element.text = pattern.sub(lambda found: chosen[found[0]], element.text)
        if element.tail:
            element.tail = pattern.sub(lambda found: chosen[found[0]], element.tail)


def _wrappers(root: HtmlElement, rng: Random) -> None:
    """Texts in elements of their own, as page builders nest them."""
    for element in list(root.iter("p", "td", "dd", "li")):
        if len(element) or not (element.text or "").strip() or rng.random() < 0.3:
            continue
        inner = lxml.html.Element("span")
        inner.text, element.text = element.text, None
        element.append(inner)


def _order(root: HtmlElement, rng: Random) -> None:
    """The blocks of the page in another order; scripts and styles stay where they are."""
    body = root.find("body")
    if body is None:
        return
    blocks = [child for child in body if isinstance(child.tag, str) and child.tag in _BLOCKS]
    places = [body.index(block) for block in blocks]
    rng.shuffle(blocks)
    for block in blocks:
        block.tail = None
        body.remove(block)
    for place, block in zip(places, blocks, strict=True):
        body.insert(place, block)


KINDS: Mapping[str, Callable[[HtmlElement, Random], None]] = {
    "classes": _classes,
    "wording": _wording,
    "wrappers": _wrappers,
    "order": _order,
}
