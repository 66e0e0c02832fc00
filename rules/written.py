"""What people write into rule files 规则写法: the strict model, terms and their spellings."""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Weight = Annotated[float, Field(gt=0, lt=1)]
RuleCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$", max_length=40)]
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_MOST_SPELLINGS = 3000


def expand(term: str, lists: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> list[str]:
    """Spellings that a term stands for: ``(a|b)c`` is ac and bc; ``@name`` is a list of ``rules/lists.yaml``.

    Raises:
        ValueError: brackets do not match, a list is unknown, or the spellings are too many.

    >>> expand("(代|帮)开(发|)票")
    ['代开发票', '代开票', '帮开发票', '帮开票']
    """
    if term.startswith("@"):
        if term[1:] not in lists:
            raise ValueError(f"no list {term!r} in rules/lists.yaml{near(term[1:], lists)}")
        return list(lists[term[1:]])
    if "(" not in term and ")" not in term:
        return [term]
    parts = _ALTERNATIVES.split(term)
    if any(bracket in part for part in parts[::2] for bracket in "()"):
        raise ValueError(f"brackets of {term!r} do not match")
    choices: list[list[str]] = []
    for at, part in enumerate(parts):
        options = part.split("|") if at % 2 else [part]
        choices.append(
            [word for option in options for word in (expand(option, lists) if "@" in option else [option])]
        )
        if math.prod(map(len, choices)) > _MOST_SPELLINGS:
            raise ValueError(f"{term!r} stands for more than {_MOST_SPELLINGS} spellings; use 'near'")
    return ["".join(chosen) for chosen in itertools.product(*choices)]


def spelt_out(value: Any, info: ValidationInfo) -> Any:
    """A list of terms as the spellings they stand for; anything else as it is, for the model to refuse."""
    if not isinstance(value, list | tuple):
        return value
    found = [
        word
        for term in value
        for word in (expand(term, info.context or {}) if isinstance(term, str) else [term])
    ]
    if len(found) > len(value):
        return list(dict.fromkeys(found))
    return found


Terms = Annotated[tuple[Term, ...], BeforeValidator(spelt_out)]
"""Terms as people write them; alternatives and lists are spelt out when they are read."""


class Written(BaseModel):
    """What people write: an unknown key is an error, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def near(word: str, known: Mapping[str, object]) -> str:
    """Tail of a message: the known names that look like ``word``.

    >>> near("TOBACO", {"TOBACCO": 1})
    '; near matches: TOBACCO'
    """
    close = _close(word, known)
    return f"; near matches: {', '.join(close)}" if close else f"; known: {', '.join(list(known)[:12])} …"


def nearest(word: str, known: Mapping[str, object]) -> list[str]:
    """The known names that look like ``word``; the first dozen where none does."""
    return _close(word, known) or list(known)[:12]


def _close(word: str, known: Mapping[str, object]) -> list[str]:
    close = difflib.get_close_matches(word.upper(), list(known), n=3, cutoff=0.5)
    return close or sorted(name for name in known if word.upper() in name)[:3]
