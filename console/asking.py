"""What a list is asked for 筛选条件: parsed from the query string, validated, and printed as one again.

The state of a list lives in its URL alone, so that a copied address shows the same rows to a colleague. What
is not understood is told, never passed over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode

from domain.finding import Severity
from storage.findings import Cursor
from storage.review_queue import QueueFilter, Status

KEYS = ("status", "rule", "severity", "run", "shop", "subject", "after")
ALL = "all"
_CURSOR = re.compile(r"(\d{1,6}(?:\.\d{1,20})?(?:e-?\d{1,3})?)~([0-9a-f]{8,64})")
WHAT_IS_NEW = QueueFilter(statuses=(Status.NEW,))
MOST_PAIRS = 60
LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a query string that was not understood; ``key`` names the words that say so."""

    key: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingQuery:
    """What the queue shows; without any key, what is new."""

    filter: QueueFilter = WHAT_IS_NEW
    after: Cursor | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, pairs: Iterable[tuple[str, str]], rules: Iterable[str]) -> Self:
        """Reads a query string; ``rules`` are the codes that exist."""
        found: dict[str, list[str]] = {key: [] for key in KEYS}
        problems = []
        for name, value in list(pairs)[:MOST_PAIRS]:
            if name not in found:
                problems.append(Problem(key="filter.unknown_key", name=name[:40], value=value[:40]))
            elif value and len(value) <= LONGEST_VALUE:
                found[name].append(value)
        known = {
            "status": {ALL, *(status.value for status in Status)},
            "severity": {severity.value for severity in Severity},
            "rule": set(rules),
        }
        for name, values in known.items():
            problems += [_unknown(name, value) for value in found[name] if value not in values]
            found[name] = list(dict.fromkeys(value for value in found[name] if value in values))
        after = _cursor(found["after"][-1]) if found["after"] else None
        if found["after"] and after is None:
            problems.append(_unknown("after", found["after"][-1]))
        return cls(filter=_filter(found), after=after, problems=tuple(problems))

    @classmethod
    def of_text(cls, text: str, rules: Iterable[str]) -> Self:
        """The same from the text of a query string."""
        try:
            pairs = parse_qsl(text[:4000], max_num_fields=MOST_PAIRS)
        except ValueError:
            pairs = []
        return cls.parse(pairs, rules)

    @property
    def text(self) -> str:
        """The query string, the page's place left out."""
        return urlencode(self._pairs())

    @property
    def place(self) -> str:
        """The query string of this very page."""
        return self.going_on(self.after) if self.after else self.text

    def going_on(self, cursor: Cursor) -> str:
        """The query string of the page after ``cursor``."""
        rank, last = cursor
        return urlencode([*self._pairs(), ("after", f"{rank!r}~{last}")])

    def without(self, name: str, value: str = "") -> str:
        """The query string with one condition taken away."""
        pairs = [pair for pair in self._pairs() if pair[0] != name or (value and pair[1] != value)]
        if name == "status" and not any(key == "status" for key, _ in pairs):
            pairs.append(("status", ALL))
        return urlencode(pairs)

    @property
    def chips(self) -> tuple[tuple[str, str], ...]:
        """Conditions in force, as name and value."""
        return tuple(pair for pair in self._pairs() if pair != ("status", ALL))

    def but(self, **changes: object) -> QueueFilter:
        """The filter with other values."""
        return replace(self.filter, **changes)  # type: ignore[arg-type]

    def _pairs(self) -> list[tuple[str, str]]:
        asked = self.filter
        statuses = [status.value for status in asked.statuses] or [ALL]
        pairs = [("status", value) for value in statuses]
        pairs += [("rule", value) for value in asked.rules]
        pairs += [("severity", value.value) for value in asked.severities]
        single = {"run": asked.run, "shop": asked.shop, "subject": asked.subject}
        return pairs + [(name, value) for name, value in single.items() if value]


def _filter(found: Mapping[str, list[str]]) -> QueueFilter:
    statuses: tuple[Status, ...] = tuple(Status(value) for value in found["status"] if value != ALL)
    if not found["status"]:
        statuses = (Status.NEW,)
    return QueueFilter(
        statuses=() if ALL in found["status"] else statuses,
        rules=tuple(found["rule"]),
        severities=tuple(Severity(value) for value in found["severity"]),
        **{name: found[name][-1] if found[name] else "" for name in ("run", "shop", "subject")},
    )


def _cursor(text: str) -> Cursor | None:
    match = _CURSOR.fullmatch(text)
    rank = float(match[1]) if match else math.inf
    return (rank, match[2]) if match and math.isfinite(rank) else None


def _unknown(name: str, value: str) -> Problem:
    return Problem(key="filter.unknown_value", name=name, value=value[:40])
