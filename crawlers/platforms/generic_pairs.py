"""Lines that are a label and its value 标签与值: with a mark between them, or a code right behind."""

from __future__ import annotations

import re

from crawlers.platforms.generic_labels import BEGINNINGS, CODED, may_be_label

LONGEST_LABEL = 48
_LONGEST_PAIR = 160
_BULLETS = " #*•-"
LABEL_BEGINNINGS = BEGINNINGS | frozenset(_BULLETS)
_HAS_DIGIT = re.compile(r"\d")
_MARK = re.compile(r"[:：#№]|\s[-–]\s")
_LONGEST_MARKED = 64
"""Characters within which a label's mark stands: those of the label, and white space."""
_LABELLED = re.compile(r"([^:：#]{1,48}?)\s*(?:[:：#№]|\s[-–]\s)\s*(.*)$")
_LEAST_CODE = 4


def coded_in(text: str) -> tuple[str, str, str] | None:
    """Field, label and value of a code that stands behind its label without a mark: "Art.-Nr. 4711-B"."""
    folded = text.lower()
    may_be = len(folded) == len(text) <= LONGEST_LABEL and _HAS_DIGIT.search(text) is not None
    match = CODED.fullmatch(folded) if may_be else None
    if match is None or match.lastgroup is None:
        return None
    value = text[match.start("value") :].strip()
    field = next(name for name in ("sku", "gtin", "mpn") if match[name])
    is_code = len(value) >= _LEAST_CODE and any(map(str.isdigit, value))
    return (field, text[: match.start("value")].strip(), value) if is_code else None


def begins_like_label(text: str) -> bool:
    """Whether a line may be a label, with or without its value: a cheap look before the exact one."""
    head = text[:2] if text[:1] not in _BULLETS else text.lstrip(_BULLETS)[:2]
    return may_be_label(head.lower()) and len(text) <= _LONGEST_PAIR


def split_label(line: str) -> tuple[str, str, str]:
    """Label, mark and value of a line such as "SKU: 4711"; mark and value are empty where there is no
    mark.
    """
    match = _LABELLED.match(line) if _MARK.search(line, 0, _LONGEST_MARKED) else None
    if match:
        return match[1].strip(" #*•-"), ":", match[2].strip()
    return line.strip(" #*•-:："), "", ""
