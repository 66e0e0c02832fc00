"""The fields of the sweep form: where each stands in the schema, and how a list is written in a text box.

A list is written one entry a line, as officers write it by hand: ``FOOD: 土蜂蜜、巢蜜`` or
``集中检查 2026-10-20 2026-11-20``. What is read back is checked by the schema, not here; here a line that has
not the shape of an entry is told with its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WORD_BREAK = re.compile(r"[、，,;；]")


class LineError(ValueError):
    """A line of a text box that has not the shape of an entry; ``number`` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


def _text_of(value: Any) -> str:
    return "" if value is None else str(value)


def _same(text: str) -> Any:
    return text


def optional(text: str) -> Any:
    """Nothing where nothing is written."""
    return text or None


@dataclass(frozen=True, slots=True)
class Field:
    """A text field: its place in the schema, and both ways between value and text."""

    place: tuple[str, ...]
    read: Callable[[str], Any] = _same
    show: Callable[[Any], str] = _text_of


def lines_of(text: str) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _entries(text: str) -> list[str]:
    return text.split()


def _show_entries(value: Sequence[str]) -> str:
    return "\n".join(value)


def _words(text: str) -> list[str]:
    return [word for word in (part.strip() for part in _WORD_BREAK.split(text)) if word]


def _read_words(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, line in lines_of(text.replace("：", ":")):
        key, colon, words = line.partition(":")
        if not colon or not key.strip():
            raise LineError(number)
        found.setdefault(key.strip(), []).extend(_words(words))
    return found


def _show_words(value: Mapping[str, Sequence[str]]) -> str:
    return "\n".join(f"{key}: {'、'.join(words)}" for key, words in value.items())


def _read_rates(text: str) -> dict[str, str]:
    found = {}
    for number, line in lines_of(text.replace("：", ":")):
        key, colon, rate = line.rpartition(":")
        if not colon or not key.strip():
            raise LineError(number)
        found[key.strip()] = rate.strip()
    return found


def _show_rates(value: Mapping[str, float]) -> str:
    return "\n".join(f"{key}: {rate}" for key, rate in value.items())


def _read_days(text: str) -> list[dict[str, str]]:
    found = []
    for number, line in lines_of(text):
        days = line.split()
        if not 1 <= len(days) <= 2:
            raise LineError(number)
        found.append({"start": days[0], "end": days[-1]})
    return found


def _show_days(value: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"{days['start']} {days['end']}" for days in value)


def _read_phases(text: str) -> list[dict[str, str]]:
    found = []
    for number, line in lines_of(text):
        parts = line.rsplit(maxsplit=2)
        if len(parts) != 3:
            raise LineError(number)
        found.append({"name": parts[0], "start": parts[1], "end": parts[2]})
    return found


def _show_phases(value: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"{phase['name']} {phase['start']} {phase['end']}" for phase in value)


def _read_local(text: str) -> list[dict[str, Any]]:
    found = []
    for number, line in lines_of(text.replace("：", ":")):
        head, _, words = line.partition(":")
        code, _, name = head.strip().partition(" ")
        if not (code and name.strip()):
            raise LineError(number)
        found.append({"code": code, "name": name.strip(), "keywords": _words(words)})
    return found


def _show_local(value: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(f"{one['code']} {one['name']}: {'、'.join(one['keywords'])}" for one in value)


FIELDS: Mapping[str, Field] = {
    "title": Field(("title",)),
    "name": Field(("name",)),
    "owner": Field(("owner",)),
    "campaign_code": Field(("campaign", "code")),
    "campaign_name": Field(("campaign", "name")),
    "document_number": Field(("campaign", "document_number")),
    "region": Field(("campaign", "region")),
    "campaign_year": Field(("campaign", "year"), optional),
    "campaign_start": Field(("campaign", "start"), optional),
    "campaign_end": Field(("campaign", "end"), optional),
    "deadline": Field(("campaign", "deadline"), optional),
    "phases": Field(("campaign", "phases"), _read_phases, _show_phases),
    "category_pack": Field(("category_pack",), optional),
    "local_categories": Field(("local_categories",), _read_local, _show_local),
    "keywords": Field(("keywords",), _read_words, _show_words),
    "variants": Field(("variants",), _read_words, _show_words),
    "negative_words": Field(("negative_words",), _read_words, _show_words),
    "start_urls": Field(("start_urls",), _entries, _show_entries),
    "design_kind": Field(("design", "kind")),
    "size": Field(("design", "size")),
    "allocation": Field(("design", "allocation")),
    "seed": Field(("design", "seed")),
    "prior_rates": Field(("design", "prior_rates"), _read_rates, _show_rates),
    "per_shop": Field(("design", "per_shop")),
    "floor": Field(("design", "floor")),
    "score_auc": Field(("design", "score_auc")),
    "pilot": Field(("design", "pilot")),
    "pages": Field(("budget", "pages")),
    "search_pages": Field(("budget", "search_pages")),
    "review_pages": Field(("budget", "review_pages")),
    "hours": Field(("budget", "hours"), optional),
    "window_start": Field(("window", "start")),
    "window_end": Field(("window", "end")),
    "promotion": Field(("window", "promotion")),
    "time_of_day": Field(("time_of_day",), lambda text: text or "00:00", lambda value: str(value)[:5]),
    "delay_s": Field(("politeness", "delay_s")),
    "concurrency": Field(("politeness", "concurrency")),
    "robots_authority": Field(("politeness", "robots_authority")),
    "private_hosts": Field(("private_hosts",), _entries, _show_entries),
    "coverage_floor": Field(("coverage_floor",)),
    "notify_mail": Field(("notify", "mail"), _entries, _show_entries),
    "notify_webhooks": Field(("notify", "webhooks"), _entries, _show_entries),
}
# These stand in parts that are there or not: a cadence that grows around a peak, a cohort.
CADENCE_FIELDS: Mapping[str, Field] = {
    "cadence": Field(("cadence", "usual")),
    "cadence_promotion": Field(("cadence", "promotion"), optional),
    "cadence_baseline": Field(("cadence", "baseline"), optional),
    "cadence_presale": Field(("cadence", "presale"), optional),
    "cadence_peak": Field(("cadence", "peak"), optional),
    "cadence_after": Field(("cadence", "after"), optional),
    "presale_from": Field(("cadence", "presale_from"), optional),
    "peak_days": Field(("cadence", "peak_days"), _read_days, _show_days),
}
COHORT_FIELDS: Mapping[str, Field] = {
    "cohort_of": Field(("cohort", "of")),
    "cohort_findings": Field(("cohort", "findings")),
    "cohort_rules": Field(("cohort", "rules"), _entries, _show_entries),
    "cohort_size": Field(("cohort", "size")),
}
ALL_FIELDS: Mapping[str, Field] = {**FIELDS, **CADENCE_FIELDS, **COHORT_FIELDS}
# Boxes that are ticked: name of the list, and its place.
LISTS: Mapping[str, tuple[str, ...]] = {
    "categories": ("categories",),
    "detectors": ("detectors",),
    "cuts": ("design", "cuts"),
}
SWITCHES: Mapping[str, tuple[str, ...]] = {
    "working_days_only": ("working_days_only",),
    "obey_robots": ("politeness", "obey_robots"),
}


def at(data: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    """What stands at a place; ``None`` where there is nothing."""
    value: Any = data
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def put(data: dict[str, Any], place: tuple[str, ...], value: Any) -> None:
    """Writes a value to its place, and makes the parts on the way."""
    for key in place[:-1]:
        if not isinstance(data.get(key), dict):
            data[key] = {}
        data = data[key]
    data[place[-1]] = value


def shown(field: Field, value: Any) -> str:
    """The text of a value; "" for none."""
    return "" if value is None else field.show(value)
