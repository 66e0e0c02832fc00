"""The console's words: one catalogue per language, the same keys in each.

Legal texts and what detectors wrote stay Chinese in every language; names of rules and categories have an
English gloss in ``rules/`` and are not repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LOCALES = Path(__file__).parent / "locales"


class Language(StrEnum):
    """Languages of the console."""

    CHINESE = "zh-CN"
    ENGLISH = "en"

    @property
    def of_reports(self) -> str:
        """The language's code in ``reports``."""
        return "en" if self is Language.ENGLISH else "zh"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All words of a language, by key."""
    words: dict[str, str] = yaml.safe_load((LOCALES / f"{language.value}.yaml").read_text(encoding="utf-8"))
    return words


def word(language: Language, key: str, /, **values: Any) -> str:
    """The words of ``key`` with ``values`` in their places.

    Raises:
        KeyError: there is no such key, which is a fault of ours; a test finds it first.
    """
    return catalogue(language)[key].format(**values) if values else catalogue(language)[key]


def named(language: Language, family: str, member: str) -> str:
    """The name of a family's member, such as a reason why a page was not read; a new one by its own word."""
    return catalogue(language).get(f"{family}.{member}", member)


def preferred(accept_language: str) -> Language:
    """The language a browser asks for: Chinese unless English stands first.

    >>> preferred("en-GB,en;q=0.9,zh-CN;q=0.8").value
    'en'
    """
    return Language.ENGLISH if accept_language.strip().lower().startswith("en") else Language.CHINESE
