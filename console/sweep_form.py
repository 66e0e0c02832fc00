"""The form of a sweep 监测任务: the same schema as its YAML, a message at every wrong field, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import ValidationError
from starlette.datastructures import FormData

from console.desk import Desk
from crawlers.planning import first_targets
from detectors.registry import NAMES as DETECTORS
from domain.errors import NetswordError
from domain.sweep import Sweep

PLATFORM_ROWS = 3
LONGEST = 2_000
# Form field to its place in the schema. What the form does not show is kept as the stored sweep has it.
PLACES: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "name": ("name",),
    "campaign_code": ("campaign", "code"),
    "campaign_name": ("campaign", "name"),
    "document_number": ("campaign", "document_number"),
    "region": ("campaign", "region"),
    "design_kind": ("design", "kind"),
    "size": ("design", "size"),
    "allocation": ("design", "allocation"),
    "seed": ("design", "seed"),
    "pages": ("budget", "pages"),
    "search_pages": ("budget", "search_pages"),
    "review_pages": ("budget", "review_pages"),
    "window_start": ("window", "start"),
    "window_end": ("window", "end"),
    "promotion": ("window", "promotion"),
    "cadence": ("cadence",),
    "delay_s": ("politeness", "delay_s"),
    "concurrency": ("politeness", "concurrency"),
    "coverage_floor": ("coverage_floor",),
}
LISTS = ("categories", "detectors")
PLATFORM_FIELDS = ("adapter", "platform", "base_url", "profile")
# Our own sentences are raised where a whole part contradicts itself: each belongs to a field of that part.
FIELD_OF_PART = {
    (): "categories",
    ("window",): "window_end",
    ("design",): "allocation",
    ("politeness",): "delay_s",
}
KEY_OF_PART = {
    (): "error.nothing_to_look_for",
    ("window",): "error.window_order",
    ("design",): "error.neyman",
    ("politeness",): "error.robots_authority",
    ("platforms",): "error.profile_needed",
}
KEY_OF_TYPE = {
    "missing": "error.missing",
    "string_too_short": "error.missing",
    "too_short": "error.missing",
    "string_too_long": "error.too_long",
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
    "enum": "error.choice",
    "url_parsing": "error.url",
    "url_scheme": "error.url",
    "url_too_long": "error.too_long",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is wrong with a field: the key of the words, and their values."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SweepForm:
    """What stands in the fields, and the messages at them."""

    values: dict[str, str]
    categories: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    version: int = 0
    """Version of the stored sweep that was opened; 0 for a new one."""
    errors: dict[str, list[Message]] = field(default_factory=dict)

    @classmethod
    def of(cls, sweep: Sweep, version: int) -> Self:
        """The form as it opens on a stored sweep."""
        data = sweep.model_dump(mode="json")
        values = {name: _as_text(_at(data, place)) for name, place in PLACES.items()}
        for row, scope in enumerate(data["platforms"][:PLATFORM_ROWS]):
            values |= {f"{name}_{row}": _as_text(scope[name]) for name in PLATFORM_FIELDS}
        values["cadence"] = sweep.usual_cadence
        values["private_hosts"] = "\n".join(data["private_hosts"])
        return cls(
            values=_all_fields() | values,
            categories=tuple(data["categories"]),
            detectors=tuple(data["detectors"]),
            version=version,
        )

    @classmethod
    def new(cls) -> Self:
        """The form as it opens on nothing: the schema's defaults, and one platform."""
        defaults = {"design_kind": "stratified", "size": "600", "allocation": "proportional", "seed": "1"}
        defaults |= {"pages": "5000", "search_pages": "500", "review_pages": "1", "cadence": "once"}
        defaults |= {"delay_s": "1.0", "concurrency": "2", "coverage_floor": "0.8"}
        return cls(values=_all_fields() | defaults, detectors=tuple(DETECTORS))

    @classmethod
    def sent(cls, form: FormData) -> Self:
        """The form as it was sent."""

        def text(name: str) -> str:
            value = form.get(name, "")
            return value.strip()[:LONGEST] if isinstance(value, str) else ""

        def texts(name: str) -> tuple[str, ...]:
            return tuple(value[:LONGEST] for value in form.getlist(name)[:100] if isinstance(value, str))

        version = text("version")
        return cls(
            values={name: text(name) for name in _all_fields()},
            categories=texts("categories"),
            detectors=texts("detectors"),
            version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        )

    def read(self, stored: Sweep | None, owner: str) -> Sweep | None:
        """The sweep that the fields say, or ``None`` with ``errors`` filled.

        Args:
            stored: the sweep that was opened; what the form does not show is taken from it.
            owner: who sends the form.
        """
        data = self._written(stored, owner)
        try:
            sweep = Sweep.model_validate(data)
        except ValidationError as error:
            for fault in error.errors():
                self._report(tuple(fault["loc"]), fault["type"], fault.get("ctx", {}))
            # The whole is looked at only when every part is right; a person wants to know all at once.
            if not data["categories"] and not data.get("start_urls"):
                self.add("categories", KEY_OF_PART[()])
            self._check_lists()
            return None
        self._check_lists()
        if not self.errors:
            # What only planning can tell: an adapter or a profile that does not exist, no search words.
            try:
                first_targets(sweep, "check")
            except NetswordError as problem:
                self.add("platform_0", "error.cannot_plan", message=str(problem))
        return None if self.errors else sweep

    def add(self, name: str, key: str, **values: Any) -> None:
        """Puts a message at a field; the same one once."""
        message = Message(key=key, values=values)
        if message not in self.errors.setdefault(name, []):
            self.errors[name].append(message)

    def _written(self, stored: Sweep | None, owner: str) -> dict[str, Any]:
        data: dict[str, Any] = stored.model_dump(mode="json") if stored else {"owner": owner}
        for name, place in PLACES.items():
            _put(data, _place_in(data, place), self.values[name])
        if not any(self.values[name] for name in ("window_start", "window_end", "promotion")):
            data["window"] = None
        data["platforms"] = [scope for _, scope in self._platforms()]
        data["private_hosts"] = self.values["private_hosts"].split()
        data["categories"], data["detectors"] = list(self.categories), list(self.detectors)
        words = data.get("keywords") or {}
        data["keywords"] = {code: found for code, found in words.items() if code in self.categories}
        return data

    def _platforms(self) -> Iterator[tuple[int, dict[str, str]]]:
        for row in range(PLATFORM_ROWS):
            scope = {name: self.values[f"{name}_{row}"] for name in PLATFORM_FIELDS}
            if any(scope.values()):
                # An adapter reads the platform of its own name; only a profile serves several.
                if scope["adapter"] and scope["adapter"] != "profile":
                    scope["platform"] = scope["platform"] or scope["adapter"]
                yield row, {name: value for name, value in scope.items() if value}

    def _check_lists(self) -> None:
        for name in self.detectors:
            if name not in DETECTORS:
                self.add("detectors", "error.choice")
        if not self.detectors:
            self.add("detectors", "error.missing")

    def _report(self, place: tuple[int | str, ...], kind: str, context: Mapping[str, Any]) -> None:
        if place and place[0] == "platforms":
            self._report_platform(place, kind)
            return
        if place and place[0] in LISTS:
            self.add(str(place[0]), "error.choice")
            return
        if place and place[0] == "private_hosts":
            self.add("private_hosts", "error.choice")
            return
        fields = {place: name for name, place in PLACES.items()}
        words = tuple(map(str, place))
        # The schema tells the shapes of a cadence apart by a word of its own.
        words = words[:1] if words[:1] == ("cadence",) else words
        if kind == "value_error":
            self.add(FIELD_OF_PART.get(words, "title"), KEY_OF_PART.get(words, "error.other"))
            return
        values = {name: value for name, value in context.items() if isinstance(value, int | float)}
        self.add(fields.get(words, "title"), KEY_OF_TYPE.get(kind, "error.other"), **values)

    def _report_platform(self, place: tuple[int | str, ...], kind: str) -> None:
        rows = [row for row, _ in self._platforms()]
        if len(place) == 1 or not isinstance(place[1], int):
            if not rows:
                self.add("platform_0", "error.platform_missing")
            return
        row, name = rows[place[1]], str(place[2]) if len(place) > 2 else "profile"
        key = KEY_OF_PART["platforms",] if kind == "value_error" else KEY_OF_TYPE.get(kind, "error.other")
        self.add(f"{name}_{row}", key)


def unknown_categories(desk: Desk, form: SweepForm) -> None:
    """Reports categories that the tree does not have."""
    known = {category.code for category in desk.categories}
    if any(code not in known for code in form.categories):
        form.add("categories", "error.choice")


def _all_fields() -> dict[str, str]:
    rows = [f"{name}_{row}" for row in range(PLATFORM_ROWS) for name in PLATFORM_FIELDS]
    return dict.fromkeys([*PLACES, *rows, "private_hosts"], "")


def _at(data: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    value: Any = data
    for key in place:
        value = (value or {}).get(key)
    return value


def _place_in(data: Mapping[str, Any], place: tuple[str, ...]) -> tuple[str, ...]:
    """The field's place; of a cadence that grows around a peak the form shows the usual one."""
    grows = place == ("cadence",) and isinstance(data.get("cadence"), dict)
    return ("cadence", "usual") if grows else place


def _put(data: dict[str, Any], place: tuple[str, ...], value: str) -> None:
    for key in place[:-1]:
        if not isinstance(data.get(key), dict):
            data[key] = {}
        data = data[key]
    data[place[-1]] = value


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)
