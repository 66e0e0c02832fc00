"""What the licence engine is given and what it says: a case in, an outcome out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.licence import Listed
from domain.page_text import PageText
from domain.picture import PictureReading
from domain.register import NO_REGISTER, OperatorRow, PermitRow, Register
from domain.subjects import LinkedPageState


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Who runs the platform; its licence is not the shop's."""

    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A page one link away, or why there is none."""

    url: str
    state: LinkedPageState
    page: PageText | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceCase:
    """One shop or site as captured on one day."""

    url: str
    page: PageText
    as_of: date
    """The Beijing day of the capture: status and validity are judged on it."""
    register: Register | None = None
    """``None``: no register was imported, so nothing is compared and nothing is "not registered"."""
    category: str = ""
    also: tuple[str, ...] = ()
    """Further categories that the shop sells."""
    shop_name: str = ""
    standalone: bool = False
    """An own website, which needs an ICP number, not a shop on a platform."""
    platform: Platform = field(default_factory=Platform)
    linked: Mapping[str, Linked] = field(default_factory=dict)
    """Pages by absolute address, without fragment."""
    pictures: Mapping[str, PictureReading] = field(default_factory=dict)
    """Readings by absolute address."""
    complete: bool = True
    """The page loaded fully; else nothing can be called missing."""

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category that the shop sells, each once."""
        return tuple(dict.fromkeys(filter(None, (self.category, *self.also))))

    @property
    def look_up(self) -> Register:
        """The register, or one that holds nothing."""
        return NO_REGISTER if self.register is None else self.register


class State(StrEnum):
    """The licence facet of a case, in the product's own words."""

    OK = "ok"
    OK_LINK = "ok_link"
    OK_EXEMPT = "ok_exempt"
    MISSING = "missing"
    HIDDEN = "hidden"
    INVALID_NUMBER = "invalid_number"
    NOT_IN_REGISTRY = "not_in_registry"
    NAME_MISMATCH = "name_mismatch"
    STATUS_ABNORMAL = "status_abnormal"
    UNCLEAR = "unclear"
    """A licence is shown in a picture, large enough to read, but the recognition could not."""
    NOT_OBSERVED = "not_observed"
    NOT_RENDERED = "not_rendered"
    """Only a script that could not be followed holds a licence: a browser has to show the page first."""


CODE_OF = {
    State.OK: "OK",
    State.OK_LINK: "OK-LINK",
    State.OK_EXEMPT: "OK-EXEMPT-DECLARATION",
    State.MISSING: "LIC-MISSING",
    State.HIDDEN: "LIC-HIDDEN",
    State.INVALID_NUMBER: "LIC-INVALID-NUMBER",
    State.NOT_IN_REGISTRY: "LIC-NOT-IN-REGISTRY",
    State.NAME_MISMATCH: "LIC-NAME-MISMATCH",
    State.STATUS_ABNORMAL: "LIC-STATUS-ABNORMAL",
    State.UNCLEAR: "UNCLEAR",
    State.NOT_OBSERVED: "NOT-OBSERVED",
    State.NOT_RENDERED: "NOT-RENDERED",
}
OPEN = frozenset({State.UNCLEAR, State.NOT_OBSERVED, State.NOT_RENDERED})
"""Nothing was decided: a person, another capture or a browser has to tell."""
DISPLAYED = frozenset(set(State) - OPEN - {State.MISSING, State.HIDDEN})
"""Something that counts is shown, true or not."""
CLEAN = frozenset({"OK", "OK-LINK", "OK-EXEMPT-DECLARATION", *(CODE_OF[state] for state in OPEN)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that was found, with what shows it and what would refute it."""

    code: str
    reason: str
    quote: str = ""
    page: str = ""
    """Address of the page or picture."""
    where: str = ""
    """Selector, or box in a picture."""
    rule: str = ""
    """Style rule or markup that hides the quote."""
    row: OperatorRow | None = None
    permit: PermitRow | None = None
    register_date: date | None = None
    confidence: float = 1.0
    for_person: bool = False
    """Not to go into a notice before a person looked: picture readings, formats that were not compared."""
    refuted_by: str = ""
    needs_second_capture: bool = False
    shown: tuple[tuple[str, str], ...] = ()
    """What the shop shows, by field: ``code``, ``name``, ``permit``, ``valid_to``."""
    slots: tuple[str, ...] = ()
    """What the permit in question proves, or would prove."""
    listed: tuple[Listed, ...] = ()
    """What the law lists for this kind of operator, and what of it the display shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided on one case."""

    state: State
    facts: tuple[Fact, ...]
    """Breaches, strongest first."""
    warnings: tuple[Fact, ...] = ()
    """Incomplete displays, doubtful readings, things to ask again: never a breach by themselves."""
    operator: OperatorRow | None = None
    code_shown: str = ""
    name_shown: str = ""
    page_shown: str = ""
    """Address of the page or picture that shows it."""
    source: str = ""
    """``text``, ``qr``, ``ocr`` or ``public_mark``."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes as catalogues count them: breaches, or the one word for a clean case."""
        found = tuple(dict.fromkeys(fact.code for fact in self.facts))
        return found or (CODE_OF[self.state],)
