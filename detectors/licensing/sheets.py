"""Style sheets taken apart 样式表: rules in order, with the declarations that decide whether a text is seen.

A sheet is first cut into rules by its brackets alone, which is quick; the grammar proper (tinycss2) only sees
the blocks of rules that mean something on the page at hand. Most rules of a large sheet never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2  # type: ignore[import-untyped]

from detectors.licensing.conditions import container_applies, media_applies, supports_applies

_SMALL_SHEET = 100_000
_SHORT_BLOCK = 2_000
_DEEPEST_AT, _DEEPEST_NEST = 32, 8
_LONGEST_SELECTOR = 4_000
"""Characters; nested rules multiply their selectors."""
FRAMES = "@keyframes "
_KEPT_WORDS = """
    display visibility opacity color background background-color background-image font font-size position
    left right top bottom text-indent clip clip-path transform overflow overflow-x overflow-y height width
    max-height max-width margin margin-left margin-top z-index filter content direction unicode-bidi
    content-visibility line-height letter-spacing scale translate zoom mask mask-image -webkit-mask
    -webkit-mask-image flex-direction -webkit-text-fill-color inset mix-blend-mode white-space animation
    animation-name animation-fill-mode all background-clip -webkit-background-clip fill
    transition transition-property transition-duration
    fill-opacity mask-size offset-path rotate grid-template-rows min-height min-width float
"""
_KEPT = frozenset(_KEPT_WORDS.split())
_LOGICAL = {
    "block-size": "height",
    "inline-size": "width",
    "max-block-size": "max-height",
    "max-inline-size": "max-width",
    "inset-inline-start": "left",
    "inset-inline-end": "right",
    "inset-block-start": "top",
    "inset-block-end": "bottom",
    "margin-inline-start": "margin-left",
    "margin-block-start": "margin-top",
}
"""Properties named by the direction of writing, and what they are where people write from the left."""

Declarations = tuple[tuple[str, str, bool], ...]
"""Name, value and importance of each."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One style rule: its selectors and its block, both as written until something may match."""

    text: str
    layered: bool
    block: str
    """Of a rule of ``FRAMES``, what the animation ends with."""

    @property
    def declarations(self) -> Declarations:
        """The declarations that are kept; nested rules are rules of their own."""
        return declarations(self.block)


CUT = Rule("", False, "")
"""Stands for rules that were too deep or too long to be read."""


def parse_sheet(css: str) -> tuple[Rule, ...]:
    """The rules of one style sheet, in order, that apply on a screen."""
    # Shops of one platform share their sheets; the rare large one is not worth its memory.
    return _parse_small(css) if len(css) < _SMALL_SHEET else tuple(_rules(_clean(css), False, 0))


@lru_cache(maxsize=128)
def _parse_small(css: str) -> tuple[Rule, ...]:
    return tuple(_rules(_clean(css), False, 0))


def imports_of(css: str) -> list[str]:
    """Addresses of the sheets that a sheet imports for a screen, as written; only before its first rule."""
    found = []
    for prelude, block in _blocks(_clean(css)):
        name = prelude[:8].lower()
        if block is None and name.startswith(("@charset", "@layer")):
            continue
        target = _IMPORT.match(prelude) if block is None else None
        if target is None:
            break
        rest = re.sub(
            r"^\s*layer(?:\([^()]*\))?|supports\([^()]*(?:\([^()]*\)[^()]*)*\)", "", prelude[target.end() :]
        )
        if media_applies(rest.strip()):
            found.append((target[1] or target[2] or target[3] or "").strip())
    return found


_IMPORT = re.compile(
    r"""@import\s*(?:url\(\s*)?(?:"([^"\n]*)"|'([^'\n]*)'|(?<=\()\s*([^"'()\s]+))\s*\)?""", re.IGNORECASE
)


def _clean(css: str) -> str:
    return css.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")


_SIGN = re.compile(
    r"""/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|\\?\Z)|'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|\\?\Z)"""
    r"""|url\(\s*(?!["'\s])(?:[^)\\]|\\.)*(?:\)|\\?\Z)|\\.|[{}()\[\];]""",
    re.DOTALL | re.IGNORECASE,
)
_AT_RULE = re.compile(r"(?>\s+|<!--|-->|/\*.*?\*/)*+@", re.DOTALL)
_ENDS = {"(": ")", "[": "]", "{": "}"}
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Preludes and blocks at the top of ``css``; an at-rule that ends in a semicolon has no block.

    Source:
        CSS Syntax Level 3, sections 4.3 and 5.4: strings end with their line, brackets match.
    """
    begun, opened = 0, -1
    at_rule = _AT_RULE.match(css)
    waiting: list[str] = []
    for match in _SIGN.finditer(css):
        sign = match[0]
        if waiting:
            if sign in _ENDS:
                waiting.append(_ENDS[sign])
            elif sign == waiting[-1]:
                waiting.pop()
                if not waiting and opened >= 0:
                    yield _prelude(css[begun:opened]), css[opened + 1 : match.start()]
                    begun, opened = match.end(), -1
                    at_rule = _AT_RULE.match(css, begun)
        elif sign in _ENDS:
            waiting.append(_ENDS[sign])
            opened = match.start() if sign == "{" else -1
        elif sign == ";" and at_rule:
            yield _prelude(css[begun : match.start()]), None
            begun = match.end()
            at_rule = _AT_RULE.match(css, begun)
    if opened >= 0:
        yield _prelude(css[begun:opened]), css[opened + 1 :]
    elif at_rule:
        yield _prelude(css[begun:]), None


def _prelude(text: str) -> str:
    if "/*" in text:
        text = _COMMENT.sub(" ", text)
    return re.sub(r"^(?:\s|<!--|-->)+", "", text).rstrip()


def _rules(css: str, layered: bool, depth: int) -> Iterator[Rule]:
    for prelude, block in _blocks(css):
        if block is None:
            continue
        if not prelude.startswith("@"):
            yield from _of_rule(prelude, block, layered)
            continue
        named = re.match(r"@([\w-]+)\s*", prelude)
        keyword = named[1].lower() if named else ""
        rest = prelude[named.end() :] if named else ""
        if keyword.endswith("keyframes"):
            yield from _last_frame(rest, block)
        elif _applies(keyword, rest):
            deep = depth >= _DEEPEST_AT
            yield from (CUT,) if deep else _rules(block, layered or keyword == "layer", depth + 1)


def _applies(keyword: str, condition: str) -> bool:
    match keyword:
        case "media":
            return media_applies(condition)
        case "supports":
            return supports_applies(condition)
        case "container":
            return container_applies(condition)
    return keyword == "layer"


def _last_frame(name: str, block: str) -> Iterator[Rule]:
    """What an animation ends with, as a rule that holds for whatever runs it and stays at its end."""
    for prelude, inner in _blocks(block):
        if inner is not None and re.search(r"\bto\b|100%", prelude):
            yield Rule(FRAMES + name, False, inner)


def _of_rule(text: str, block: str, layered: bool) -> Iterator[Rule]:
    yield Rule(text, layered, block)
    if "{" in block:
        yield from _nested(_contents(block), text, layered, 0)


def _nested(contents: Iterable[Any], outer: str, layered: bool, depth: int) -> Iterator[Rule]:
    """Rules inside a rule, as they would be written outside."""
    for node in contents:
        text = outer
        if node.type == "qualified-rule":
            text = _nested_in(outer, tinycss2.serialize(node.prelude).strip())
        elif (
            node.type != "at-rule"
            or node.content is None
            or not _applies(node.lower_at_keyword, tinycss2.serialize(node.prelude))
        ):
            continue
        if depth >= _DEEPEST_NEST or len(text) > _LONGEST_SELECTOR:
            yield CUT
            return
        yield Rule(text, layered, tinycss2.serialize(node.content))
        yield from _nested(_contents(node.content), text, layered, depth + 1)


def _nested_in(outer: str, text: str) -> str:
    """The selector of a rule inside another rule, as one outside would be written."""
    around = outer if "," not in outer else f":is({outer})"
    parts = (part.strip() for part in text.split(","))
    return ",".join(part.replace("&", around) if "&" in part else f"{around} {part}" for part in parts)


def _contents(block: Any) -> list[Any]:
    return list(tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True))


def declarations(block: str) -> Declarations:
    """Name, value and importance of the declarations that are kept, from a block or a ``style`` attribute."""
    return _declared_in(block) if len(block) < _SHORT_BLOCK else tuple(_kept(block))


@lru_cache(maxsize=5_000)
def _declared_in(block: str) -> Declarations:
    return tuple(_kept(block))


def _kept(block: str) -> Iterator[tuple[str, str, bool]]:
    for node in _contents(block):
        if node.type != "declaration":
            continue
        name = node.name if node.name.startswith("--") else _LOGICAL.get(node.lower_name, node.lower_name)
        if name in _KEPT or name.startswith("--"):
            yield name, tinycss2.serialize(node.value).strip(), bool(node.important)
