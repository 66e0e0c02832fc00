"""Small pieces of pages that several sets are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment

PLAIN = ("home", "toy", "auto", "apparel", "elec", "organic")
"""Categories that need no permit."""
REGULATED = (
    "food", "wine", "catering", "health_food", "drug", "device2", "device3",
    "cosmetic", "cosmetic_sp", "pesticide", "seed", "vetdrug", "book",
)  # fmt: skip
"""Categories that need one."""
_HTML = Environment(autoescape=False)  # noqa: S701 - the pages are ours and are only read back
_WIDE = {at: at + 0xFEE0 for at in range(0x21, 0x7F)}


def filled(template: str, words: Mapping[str, Any]) -> str:
    """A template of a data file with its words.

    >>> filled("{{ a }}号", {"a": 3})
    '3号'
    """
    return _HTML.from_string(template).render(words)


def wide(text: str) -> str:
    """The text in full-width letters and digits 全角.

    >>> wide("9A")
    '９Ａ'
    """
    return text.translate(_WIDE)


def public_mark(number: str, tail: str, signed: str) -> str:
    """Address of the registrar's page 亮照链接 for a number, as it stands in markup."""
    return (
        "https://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=p&amp;serial="
        f"{number}-SAIC_SHOW_10000091{number}{tail}&amp;signData={signed}"
    )
