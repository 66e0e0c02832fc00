"""What is wrong with a sweep, as messages at fields: the schema's faults in the words of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from console.sweep_fields import ALL_FIELDS, LISTS
from domain.errors import NetswordError, UsageError
from domain.problems import BY_CODE, Problem

KEY_OF_TYPE = {
    "missing": "error.missing",
    "string_too_short": "error.missing",
    "too_short": "error.missing",
    "string_too_long": "error.too_long",
    "too_long": "error.too_many",
    "string_pattern_mismatch": "error.code",
    "int_parsing": "error.whole_number",
    "int_from_float": "error.whole_number",
    "float_parsing": "error.number",
    "finite_number": "error.number",
    "greater_than_equal": "error.at_least",
    "less_than_equal": "error.at_most",
    "greater_than": "error.more_than",
    "less_than": "error.less_than",
    "date_from_datetime_parsing": "error.date",
    "date_parsing": "error.date",
    "time_parsing": "error.time",
    "enum": "error.choice",
    "extra_forbidden": "error.unknown_key",
    "url_parsing": "error.url",
    "url_scheme": "error.url",
    "url_too_long": "error.too_long",
}
# Where a whole part contradicts itself the schema names a problem: the field that it is told at, and the
# words, which are shorter there than the problem's own sentence.
OWN = {
    Problem.CAMPAIGN_BACKWARDS: ("campaign_end", "error.window_order"),
    Problem.PHASE_OUTSIDE: ("phases", "error.phase_outside"),
    Problem.PHASE_TWICE: ("phases", "error.phase_twice"),
    Problem.DEADLINE_EARLY: ("deadline", "error.deadline_early"),
    Problem.ONCE_CANNOT_GROW: ("cadence", "error.once_grows"),
    Problem.COHORT_NOT_ALONE: ("cohort_of", "error.cohort_alone"),
    Problem.NOTHING_TO_LOOK_FOR: ("categories", "error.nothing_to_look_for"),
    Problem.CODE_TWICE: ("local_categories", "error.code_twice"),
    Problem.NEGATIVE_WITHOUT_CATEGORY: ("negative_words", "error.words_without_category"),
    Problem.KEYWORDS_WITHOUT_CATEGORY: ("keywords", "error.words_without_category"),
    Problem.PEAK_WITHOUT_PROMOTION: ("cadence_promotion", "error.peak_needs_promotion"),
    Problem.TIME_WITH_ZONE: ("time_of_day", "error.time"),
    Problem.NEYMAN_WITHOUT_RATES: ("prior_rates", "error.neyman"),
    Problem.ROBOTS_WITHOUT_AUTHORITY: ("robots_authority", "error.robots_authority"),
    Problem.WINDOW_BACKWARDS: ("window_end", "error.window_order"),
}
# What only planning tells; all else is told at the first platform.
PLANNED = {
    Problem.VARIANTS_UNSEARCHED: "variants",
    Problem.LOCAL_CODE_TAKEN: "local_categories",
    Problem.WORDS_UNPLANNED: "keywords",
    Problem.CATEGORY_WORDLESS: "keywords",
    Problem.PACK_UNKNOWN: "category_pack",
    Problem.PROMOTION_UNKNOWN: "cadence_promotion",
    Problem.PROMOTION_DATELESS: "cadence_promotion",
    Problem.FESTIVAL_UNKNOWN: "cadence_promotion",
    Problem.CATEGORY_UNKNOWN: "categories",
    Problem.START_ELSEWHERE: "start_urls",
    Problem.PROFILE_UNKNOWN: "profile_0",
}
PATTERNS = {"notify_mail": "error.mail", "cadence_promotion": "error.choice"}


class Fault(NamedTuple):
    """A message at a field: the key of its words, their values, and the line or entry it is about."""

    field: str
    key: str
    values: dict[str, Any]
    entry: str = ""


def fault_of(place: tuple[int | str, ...], kind: str, context: Mapping[str, Any]) -> Fault:
    """The field that a fault of the schema belongs to, and what is said there.

    Args:
        place: where in the schema, as Pydantic says it.
        kind: Pydantic's name for the fault, or the code of a ``Problem``.
        context: the limits that were passed.
    """
    # The schema tells the two shapes of a cadence apart by a word of its own.
    words = tuple(part for part in place if part not in ("plain", "around_peak"))
    field, rest = _field_at(words)
    entry = _entry(rest)
    problem = BY_CODE.get(kind)
    if problem in OWN:
        return Fault(*OWN[problem], {})
    if problem is Problem.DAYS_BACKWARDS:
        return Fault(field, "error.window_order", {}, entry)
    key = KEY_OF_TYPE.get(kind, "error.other")
    if kind == "string_pattern_mismatch":
        key = PATTERNS.get(field, key)
    if field in LISTS:
        key = "error.choice"
    return Fault(field, key, {k: v for k, v in context.items() if isinstance(v, int | float)}, entry)


def field_of_planning(error: NetswordError) -> str:
    """The field at which a fault of planning is told."""
    note = error.note if isinstance(error, UsageError) else None
    return PLANNED.get(BY_CODE[note.code], "platform_0") if note else "platform_0"


def _field_at(words: tuple[int | str, ...]) -> tuple[str, tuple[int | str, ...]]:
    """The field whose place is longest among those that lead to ``words``, and what of them is left."""
    places = {field.place: name for name, field in ALL_FIELDS.items()}
    places |= {place: name for name, place in LISTS.items()}
    if words == ("cadence",):
        return "cadence", ()
    for length in range(len(words), 0, -1):
        if words[:length] in places:
            return places[words[:length]], words[length:]  # type: ignore[index]
    return "title", ()


def _entry(rest: tuple[int | str, ...]) -> str:
    if not rest:
        return ""
    return f"#{rest[0] + 1}" if isinstance(rest[0], int) else str(rest[0])
