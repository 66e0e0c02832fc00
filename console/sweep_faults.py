"""What is wrong with a sweep, as messages at fields: the schema's faults in the words of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from console.sweep_fields import ALL_FIELDS, LISTS

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
    "url_parsing": "error.url",
    "url_scheme": "error.url",
    "url_too_long": "error.too_long",
}
# Our own sentences are raised where a whole part contradicts itself: a word of each, its field and its words.
OWN = (
    ("the campaign ends", "campaign_end", "error.window_order"),
    ("lies outside the campaign", "phases", "error.phase_outside"),
    ("two phases have", "phases", "error.phase_twice"),
    ("the report is due", "deadline", "error.deadline_early"),
    ("'once' cannot grow", "cadence", "error.once_grows"),
    ("a cohort is visited", "cohort_of", "error.cohort_alone"),
    ("nothing to look for", "categories", "error.nothing_to_look_for"),
    ("a code stands for two", "local_categories", "error.code_twice"),
    ("negative_words for categories", "negative_words", "error.words_without_category"),
    ("keywords for categories", "keywords", "error.words_without_category"),
    ("needs its promotion", "cadence_promotion", "error.peak_needs_promotion"),
    ("without a zone", "time_of_day", "error.time"),
    ("neyman", "prior_rates", "error.neyman"),
    ("robots_authority", "robots_authority", "error.robots_authority"),
    ("the window ends", "window_end", "error.window_order"),
)
# What only planning tells, by a word of its sentence.
PLANNED = (
    ("variants", "variants"),
    ("local category", "local_categories"),
    ("words for categories", "keywords"),
    ("search words", "keywords"),
    ("category pack", "category_pack"),
    ("promotion", "cadence_promotion"),
    ("categor", "categories"),
)
PATTERNS = {"notify_mail": "error.mail", "cadence_promotion": "error.choice"}


class Fault(NamedTuple):
    """A message at a field: the key of its words, their values, and the line or entry it is about."""

    field: str
    key: str
    values: dict[str, Any]
    entry: str = ""


def fault_of(place: tuple[int | str, ...], kind: str, context: Mapping[str, Any], message: str) -> Fault:
    """The field that a fault of the schema belongs to, and what is said there.

    Args:
        place: where in the schema, as Pydantic says it.
        kind: Pydantic's name for the fault.
        context: the limits that were passed.
        message: Pydantic's own sentence, in which ours stand.
    """
    # The schema tells the two shapes of a cadence apart by a word of its own.
    words = tuple(part for part in place if part not in ("plain", "around_peak"))
    field, rest = _field_at(words)
    entry = _entry(rest)
    if kind == "value_error":
        for fragment, own_field, key in OWN:
            if fragment in message:
                return Fault(own_field, key, {})
        key = "error.window_order" if "before it starts" in message else "error.other"
        return Fault(field, key, {}, entry)
    key = KEY_OF_TYPE.get(kind, "error.other")
    if kind == "string_pattern_mismatch":
        key = PATTERNS.get(field, key)
    if field in LISTS:
        key = "error.choice"
    return Fault(field, key, {k: v for k, v in context.items() if isinstance(v, int | float)}, entry)


def field_of_planning(message: str) -> str:
    """The field at which a fault of planning is told."""
    return next((field for fragment, field in PLANNED if fragment in message), "platform_0")


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
