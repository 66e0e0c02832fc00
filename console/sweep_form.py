"""The form of a sweep 监测任务: the same schema as its YAML, a message at every wrong field, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import ValidationError
from starlette.datastructures import FormData

from console.desk import Desk
from console.sweep_faults import KEY_OF_TYPE, fault_of, field_of_planning
from console.sweep_fields import (
    ALL_FIELDS,
    CADENCE_FIELDS,
    COHORT_FIELDS,
    FIELDS,
    LISTS,
    SWITCHES,
    Field,
    LineError,
    at,
    put,
    shown,
)
from crawlers.planning import first_targets
from detectors.registry import NAMES as DETECTORS
from domain.errors import NetswordError
from domain.problems import Problem
from domain.sweep import CohortFindings, Sweep

FEWEST_ROWS = 3
MOST_ROWS = 20
LONGEST = 20_000
PLATFORM_FIELDS = ("adapter", "platform", "base_url", "profile")
_PEAK = tuple(name for name in CADENCE_FIELDS if name != "cadence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is wrong with a field: the key of the words, their values, and the line or entry it is about."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    entry: str = ""
    problem: NetswordError | None = None
    """What planning refused, where ``key`` only leads up to it."""


@dataclass(slots=True, kw_only=True)
class SweepForm:
    """What stands in the fields, and the messages at them."""

    values: dict[str, str]
    lists: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(LISTS, ()))
    switches: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(SWITCHES, False))
    version: int = 0
    """Version of the stored sweep that was opened; 0 for a new one."""
    errors: dict[str, list[Message]] = field(default_factory=dict)

    @classmethod
    def of(cls, sweep: Sweep, version: int) -> Self:
        """The form as it opens on a sweep."""
        data = _data_of(sweep)
        values = {name: shown(field, at(data, field.place)) for name, field in ALL_FIELDS.items()}
        for row, scope in enumerate(data["platforms"][:MOST_ROWS]):
            values |= {f"{name}_{row}": str(scope[name]) for name in PLATFORM_FIELDS}
        if sweep.cohort is None:
            values |= {"cohort_findings": CohortFindings.CONFIRMED.value, "cohort_size": "1000"}
        return cls(
            values=_blank(len(data["platforms"])) | values,
            lists={name: tuple(at(data, place)) for name, place in LISTS.items()},
            switches={name: bool(at(data, place)) for name, place in SWITCHES.items()},
            version=version,
        )

    @classmethod
    def new(cls) -> Self:
        """The form as it opens on nothing: the schema's defaults, and one platform."""
        written = {
            "name": "x",
            "title": "x",
            "campaign": {"code": "x", "name": "x"},
            "start_urls": ["http://x"],
        }
        platform = {"platform": "x", "base_url": "http://x", "adapter": "x"}
        form = cls.of(Sweep.model_validate({**written, "platforms": [platform]}), 0)
        emptied = ("name", "title", "campaign_code", "campaign_name", "start_urls")
        form.values |= dict.fromkeys([*emptied, *(f"{name}_0" for name in PLATFORM_FIELDS)], "")
        form.lists["detectors"] = tuple(DETECTORS)
        return form

    @classmethod
    def sent(cls, form: FormData) -> Self:
        """The form as it was sent."""

        def text(name: str) -> str:
            value = form.get(name, "")
            return value.strip()[:LONGEST] if isinstance(value, str) else ""

        def texts(name: str) -> tuple[str, ...]:
            return tuple(value[:200] for value in form.getlist(name)[:100] if isinstance(value, str))

        version = text("version")
        filled = [row for row in range(MOST_ROWS) if any(text(f"{name}_{row}") for name in PLATFORM_FIELDS)]
        return cls(
            values={name: text(name) for name in _blank(max(filled, default=0) + 1)},
            lists={name: texts(name) for name in LISTS},
            switches={name: bool(text(name)) for name in SWITCHES},
            version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        )

    @property
    def rows(self) -> int:
        """Rows of platforms that the form shows."""
        return sum(name.startswith("adapter_") for name in self.values)

    def read(self, stored: Sweep | None, owner: str) -> Sweep | None:
        """The sweep that the fields say, or ``None`` with ``errors`` filled.

        Args:
            stored: the sweep that was opened; a field that still shows what it says is taken from it.
            owner: who sends the form; the owner of a new sweep that names none.
        """
        data = self._written(stored, owner)
        try:
            sweep = Sweep.model_validate(data)
        except ValidationError as error:
            for fault in error.errors():
                self._report(tuple(fault["loc"]), fault["type"], fault.get("ctx", {}))
            # The whole is looked at only when every part is right; a person wants to know all at once.
            if not any(data.get(name) for name in _LOOKED_FOR):
                self.add("categories", "error.nothing_to_look_for")
            self._check_lists()
            return None
        self._check_lists()
        if not self.errors:
            # What only planning can tell: an adapter or a profile that does not exist, no search words.
            try:
                first_targets(sweep, "check")
            except NetswordError as problem:
                self.errors.setdefault(field_of_planning(problem), []).append(
                    Message(key="error.cannot_plan", problem=problem)
                )
        return None if self.errors else sweep

    def add(self, name: str, key: str, entry: str = "", **values: Any) -> None:
        """Puts a message at a field; the same one once."""
        message = Message(key=key, values=values, entry=entry)
        if message not in self.errors.setdefault(name, []):
            self.errors[name].append(message)

    def _written(self, stored: Sweep | None, owner: str) -> dict[str, Any]:
        before = _data_of(stored) if stored else {}
        data: dict[str, Any] = _data_of(stored) if stored else {}
        for name, spec in FIELDS.items():
            self._put(data, before, name, spec)
        for name, place in LISTS.items():
            put(data, place, list(self.lists[name]))
        for name, place in SWITCHES.items():
            put(data, place, self.switches[name])
        if not any(self.values[name] for name in ("window_start", "window_end", "promotion")):
            data["window"] = None
        if stored is None:
            data["owner"] = data["owner"] or owner
        data["platforms"] = [scope for _, scope in self._platforms()] + before.get("platforms", [])[
            MOST_ROWS:
        ]
        self._put_cadence(data, before, stored)
        data["cohort"] = None
        if self.values["cohort_of"]:
            for name, spec in COHORT_FIELDS.items():
                self._put(data, before, name, spec)
        # A category that was taken out takes its words along, unless a pack or a local category has them.
        if not (data.get("category_pack") or data.get("local_categories")):
            for part in ("keywords", "negative_words"):
                data[part] = {
                    code: words for code, words in data[part].items() if self._keeps(code, before.get(part))
                }
        return data

    def _keeps(self, code: str, before: Mapping[str, Any] | None) -> bool:
        return code in self.lists["categories"] or code not in (before or {})

    def _put(self, data: dict[str, Any], before: Mapping[str, Any], name: str, spec: Field) -> None:
        """Writes what a field says; an untouched one keeps what is stored, however it would read back."""
        text, old = self.values[name].replace("\r\n", "\n"), at(before, spec.place)
        if old is not None and text == shown(spec, old).strip():
            put(data, spec.place, old)
            return
        try:
            put(data, spec.place, spec.read(text))
        except LineError as fault:
            self.add(name, "error.line", number=fault.number)
            put(data, spec.place, spec.read(""))

    def _put_cadence(self, data: dict[str, Any], before: Mapping[str, Any], stored: Sweep | None) -> None:
        was_growing = stored is not None and not isinstance(stored.cadence, str)
        if was_growing or any(self.values[name] for name in _PEAK):
            data["cadence"] = {}
            for name, spec in CADENCE_FIELDS.items():
                self._put(data, before, name, spec)
        else:
            data["cadence"] = self.values["cadence"]

    def _platforms(self) -> Iterator[tuple[int, dict[str, str]]]:
        for row in range(self.rows):
            scope = {name: self.values[f"{name}_{row}"] for name in PLATFORM_FIELDS}
            if any(scope.values()):
                # An adapter reads the platform of its own name; only a profile serves several.
                if scope["adapter"] and scope["adapter"] != "profile":
                    scope["platform"] = scope["platform"] or scope["adapter"]
                yield row, {name: value for name, value in scope.items() if value}

    def _check_lists(self) -> None:
        for name in self.lists["detectors"]:
            if name not in DETECTORS:
                self.add("detectors", "error.choice")
        if not self.lists["detectors"]:
            self.add("detectors", "error.missing")

    def _report(self, place: tuple[int | str, ...], kind: str, context: Mapping[str, Any]) -> None:
        if place and place[0] == "platforms":
            self._report_platform(place, kind)
            return
        fault = fault_of(place, kind, context)
        self.add(fault.field, fault.key, fault.entry, **fault.values)

    def _report_platform(self, place: tuple[int | str, ...], kind: str) -> None:
        rows = [row for row, _ in self._platforms()]
        if len(place) == 1 or not isinstance(place[1], int):
            if not rows:
                self.add("platform_0", "error.platform_missing")
            return
        row, name = rows[place[1]], str(place[2]) if len(place) > 2 else "profile"
        key = (
            "error.profile_needed"
            if kind == Problem.PROFILE_MISSING.code
            else KEY_OF_TYPE.get(kind, "error.other")
        )
        self.add(f"{name}_{row}", key)


_LOOKED_FOR = ("categories", "category_pack", "local_categories", "start_urls", "cohort")


def unknown_categories(desk: Desk, form: SweepForm) -> None:
    """Reports categories that the tree does not have."""
    known = {category.code for category in desk.categories}
    if any(code not in known for code in form.lists["categories"]):
        form.add("categories", "error.choice")


def _data_of(sweep: Sweep) -> dict[str, Any]:
    """A sweep as the form's places see it: every cadence has a usual one."""
    data = sweep.model_dump(mode="json")
    if isinstance(data["cadence"], str):
        data["cadence"] = {"usual": data["cadence"], "peak_days": []}
    return data


def _blank(platforms: int) -> dict[str, str]:
    rows = range(min(max(platforms + 1, FEWEST_ROWS), MOST_ROWS))
    return dict.fromkeys([*ALL_FIELDS, *(f"{name}_{row}" for row in rows for name in PLATFORM_FIELDS)], "")
