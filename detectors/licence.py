"""Licence display 亮照、亮证、亮标: from a captured display to findings, warnings and a record.

The engine in ``detectors.licensing`` decides; here its facts become findings under the catalogue's rules.
Readings of pictures, rows of the register and earlier captures come in as values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from detectors.base import FindingMaker, Sighting, legal_day
from detectors.licensing.decide import LicenceJudge
from detectors.licensing.model import OPEN, Fact, LicenceCase, Linked, Outcome, Platform
from detectors.licensing.page import text_page
from detectors.operator_identity import identity_of, number_of
from domain.finding import Finding, Span
from domain.licence import CapturedPage, Compared, LicenceCapture, LicenceProof, LicenceRecord, LicenceWarning
from domain.picture import PictureReading
from domain.register import OperatorRow, Register, normal_name
from domain.subjects import LinkedPageState, Shop
from rules.catalogue import Catalogue
from rules.licensing import LicensingRules, load_licensing
from rules.packs import RulePacks

_PICTURE_LINES = 40
_LONGEST_QUOTE = 300
_COMPARISONS = frozenset({"LIC-NOT-IN-REGISTRY", "LIC-NAME-MISMATCH", "LIC-STATUS-ABNORMAL"})
_LOOKED_FOR = ("LIC-MISSING", "LIC-HIDDEN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a judgement rests on besides the capture."""

    categories: tuple[str, ...] = ()
    """Categories that the shop sells."""
    register: Register | None = None
    readings: Mapping[str, PictureReading] = field(default_factory=dict)
    """Readings of pictures by address."""
    earlier: frozenset[str] = frozenset()
    """Rules that captures of this shop on earlier days broke: what is missing again is no passing fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one capture."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    not_judged: tuple[str, ...]
    """``RULE: reason`` for each rule that could not be judged."""


@dataclass(frozen=True)
class LicenceDetector:
    """Judges shops' licence displays."""

    packs: RulePacks
    catalogue: Catalogue
    rules: LicensingRules = field(default_factory=load_licensing)
    name: str = "licence/2"
    engine: LicenceJudge = field(init=False, repr=False)
    _running: frozenset[str] = field(init=False, repr=False)
    _maker: FindingMaker = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "engine", LicenceJudge(self.rules))
        object.__setattr__(self, "_running", frozenset(rule.code for rule in self.packs.licence if rule.runs))
        object.__setattr__(self, "_maker", FindingMaker(catalogue=self.catalogue, detector=self.name))

    # ------------------------------------------------------------ a shop as text alone

    def abstains(self, subject: Shop) -> tuple[str, ...]:
        """Rules that a shop's text leaves open."""
        return self.judge(capture_of(subject), _NOW, snapshot="", given=Given()).not_judged

    def inspect(self, subject: Shop, *, snapshot: str, observed_at: datetime) -> Iterator[Finding]:
        """Findings on a shop of which only the texts are known; nothing is compared with a register."""
        judged = self.judge(capture_of(subject), observed_at, snapshot=snapshot, given=Given())
        for finding in judged.findings:
            yield with_span(finding, subject)

    # ------------------------------------------------------------ a shop as captured

    def case_of(self, capture: LicenceCapture, observed_at: datetime, given: Given) -> LicenceCase:
        """The engine's case in a capture."""
        return LicenceCase(
            url=capture.url,
            page=capture.page,
            as_of=legal_day(observed_at),
            register=given.register,
            category=next(iter(given.categories), ""),
            also=given.categories[1:],
            shop_name=capture.name,
            standalone=capture.standalone,
            platform=Platform(name=capture.platform_name, code=capture.platform_code),
            linked={
                page.url: Linked(url=page.url, state=page.state, page=page.text, reason=page.reason)
                for page in capture.linked
            },
            pictures=given.readings,
            complete=capture.complete,
        )

    def judge(self, capture: LicenceCapture, observed_at: datetime, *, snapshot: str, given: Given) -> Judged:
        """Findings and open questions of one capture; the same capture and values give the same."""
        outcome = self.engine.decide(self.case_of(capture, observed_at, given))
        seen = Sighting(
            subject=capture.shop, kind="shop", snapshot=snapshot, observed_at=observed_at, shop=capture.shop
        )
        running = [fact for fact in outcome.facts if fact.code in self._running]
        day = legal_day(observed_at)
        lawless = dict.fromkeys(f.code for f in running if not self.catalogue.basis_on(f.code, day))
        findings = (self._finding(fact, seen, capture, given) for fact in running if fact.code not in lawless)
        not_judged = (*self._open(outcome, given), *(f"{code}: no_law" for code in lawless))
        return Judged(outcome=outcome, findings=tuple(findings), not_judged=not_judged)

    def _finding(self, fact: Fact, seen: Sighting, capture: LicenceCapture, given: Given) -> Finding:
        again = fact.code in given.earlier
        waits = fact.needs_second_capture and not again
        reason = fact.reason
        if fact.needs_second_capture:
            reason += "；另日采集仍未见" if again else "；仅一次采集，须另日再采"
        made = self._maker.make(
            fact.code,
            seen,
            pack=f"{self.packs.pack_of(fact.code)} licensing@{self.rules.digest[:12]}",
            reason=f"{reason}；涉嫌{self.catalogue.get(fact.code).name_zh}。",
            refuted_by=fact.refuted_by,
            confidence=fact.confidence,
            window=_window(fact),
            weak=waits or fact.for_person,
        )
        basis = self.catalogue.basis_on(fact.code, legal_day(seen.observed_at), fact.slots)
        return replace(made, licence=_proof(fact, capture, given), basis=basis)

    def _open(self, outcome: Outcome, given: Given) -> Iterator[str]:
        if outcome.state in OPEN:
            yield from (f"{code}: {outcome.state}" for code in _LOOKED_FOR)
        for warning in outcome.warnings:
            code, mark, _ = warning.code.rpartition("-NOT-OBSERVED")
            if mark and code != "LIC":
                yield f"{code}: not_observed"
        if given.register is None and outcome.code_shown:
            yield from (f"{code}: no_register" for code in sorted(_COMPARISONS))
        if any(warning.code == "LIC-NOT-COVERED" for warning in outcome.warnings):
            yield from (f"{code}: not_covered" for code in sorted(_COMPARISONS))


_NOW = datetime.fromisoformat("2026-11-11T00:00:00+08:00")
"""A day for questions whose answer does not depend on it."""


def record_of(
    judged: Judged, capture: LicenceCapture, *, target: str, snapshot: str, run: str, observed_at: datetime
) -> LicenceRecord:
    """What is remembered of a judgement."""
    outcome = judged.outcome
    return LicenceRecord(
        shop=capture.shop,
        target=target,
        snapshot=snapshot,
        run=run,
        observed_at=observed_at,
        state=outcome.state.value,
        code=number_of(outcome),
        identity=identity_of(outcome, capture),
        name=outcome.name_shown[:_LONGEST_QUOTE],
        registered_name=outcome.operator.name if outcome.operator else "",
        source=outcome.source,
        page=outcome.page_shown,
        rules=tuple(dict.fromkeys(fact.code for fact in outcome.facts)),
        warnings=tuple(
            LicenceWarning(
                code=fact.code,
                reason=fact.reason,
                quote=fact.quote[:_LONGEST_QUOTE],
                page=fact.page,
                where=fact.where[:_LONGEST_QUOTE],
                listed=fact.listed,
            )
            for fact in outcome.warnings
        ),
        register_date=_day_of(outcome),
    )


def _day_of(outcome: Outcome) -> date | None:
    """The day of the register row that it was compared with, else of what was looked into in vain."""
    if outcome.operator is not None and outcome.operator.as_of is not None:
        return outcome.operator.as_of
    return next((fact.register_date for fact in outcome.facts if fact.register_date), None)


def _window(fact: Fact) -> str:
    """What tells this fault from another of the same rule: it stays the same while the fault does."""
    if fact.needs_second_capture and not fact.quote:
        return fact.code
    return f"{fact.where}={fact.quote}"[:500]


def _proof(fact: Fact, capture: LicenceCapture, given: Given) -> LicenceProof:
    picture = next((each for each in capture.pictures if each.url == fact.page), None)
    reading = given.readings.get(fact.page) if picture else None
    box = _box(fact.where)
    return LicenceProof(
        quote=fact.quote[:_LONGEST_QUOTE],
        page=fact.page or capture.url,
        where="" if box else fact.where[:_LONGEST_QUOTE],
        hidden_by=fact.rule[:_LONGEST_QUOTE],
        picture=picture.snapshot if picture else "",
        box=box,
        read=tuple(line.text for line in reading.lines[:_PICTURE_LINES]) if reading else (),
        compared=tuple(_compared(fact)),
        listed=fact.listed,
        register_date=fact.row.as_of if fact.row and fact.row.as_of else fact.register_date,
    )


def _box(where: str) -> tuple[int, ...]:
    parts = where.split(",")
    return tuple(map(int, parts)) if len(parts) == 4 and all(part.isdecimal() for part in parts) else ()


def _compared(fact: Fact) -> Iterator[Compared]:
    shown = dict(fact.shown)
    row = fact.row
    if code := shown.get("code"):
        registered = _code_of(row, code)
        yield Compared(field="code", shown=code, registered=registered, same=_same(row, code == registered))
    if "name" in shown and (shown["name"] or row):
        same = bool(row) and normal_name(shown["name"]) == normal_name(row.name if row else "")
        yield Compared(
            field="name",
            shown=shown["name"],
            registered=row.name if row else "",
            same=_same(row, same) if shown["name"] else None,
        )
    if row is not None:
        told = "、".join(filter(None, (row.status, row.status_note)))
        told += f"（{row.status_since}起）" if row.status_since else ""
        yield Compared(field="status", shown="", registered=told)
        if row.former_names:
            yield Compared(field="former_names", shown="", registered="、".join(row.former_names))
    if number := shown.get("permit"):
        permit = fact.permit
        yield Compared(
            field="permit",
            shown=number,
            registered=" ".join(filter(None, (permit.number, row.name if row else ""))) if permit else "",
            same=None,
        )
        ends = permit.valid_to.isoformat() if permit and permit.valid_to else ""
        if ends or "valid_to" in shown:
            yield Compared(field="valid_to", shown=shown.get("valid_to", ""), registered=ends)


def _code_of(row: OperatorRow | None, shown: str) -> str:
    if row is None:
        return ""
    return row.old_number if len(shown) == 15 and row.old_number else row.code


def _same(row: OperatorRow | None, same: bool) -> bool | None:
    return same if row is not None else None


def capture_of(shop: Shop) -> LicenceCapture:
    """A capture of a shop of which only texts are left."""
    pages = tuple(
        CapturedPage(
            url=page.url,
            state=page.state,
            text=text_page(page.text) if page.state is LinkedPageState.FETCHED else None,
            reason=page.reason,
        )
        for page in shop.licence_pages
    )
    links = tuple((page.url, page.label) for page in shop.licence_pages)
    return LicenceCapture(
        shop=shop.key,
        name=shop.name,
        url=shop.url,
        page=text_page(shop.page_text, links),
        linked=pages,
        complete=bool(shop.page_text.strip()),
    )


def with_span(finding: Finding, shop: Shop) -> Finding:
    """The finding with a span, where its quote stands in a text of the shop that is stored."""
    quote = finding.licence.quote if finding.licence else ""
    for name in ("page_text", "licence_text"):
        start = getattr(shop, name).find(quote) if quote else -1
        if start >= 0:
            span = Span(field=name, start=start, end=start + len(quote), quote=quote)
            return replace(finding, spans=(span,), window="")
    return finding
