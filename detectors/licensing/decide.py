"""Decisions on licence display 亮照判定: in a fixed order, each with what shows it and what refutes it.

Order of the licence facet: status, name, register, number, hidden, missing; the first that holds is the
finding. Permits and the ICP number are judged beside it. Text that no visitor sees never makes a case better.
"""

from __future__ import annotations

from dataclasses import replace

from detectors.licensing.candidates import CandidateFinder, Source
from detectors.licensing.complete import Completeness, incomplete
from detectors.licensing.declarations import Declaration, DeclarationReader
from detectors.licensing.links import PICTURE_NAME, LinkReader, absolute
from detectors.licensing.model import DISPLAYED, Fact, LicenceCase, Linked, Outcome, State
from detectors.licensing.naming import NameMatch
from detectors.licensing.numbers import Numbers
from detectors.licensing.permits import PermitCheck
from detectors.licensing.shown import Displays, Shown, shown_small
from detectors.licensing.truth import Truth
from detectors.licensing.unseen import Unseen
from domain.licence import Listed
from domain.page_text import PageText, Seen
from domain.subjects import LinkedPageState
from rules.licensing import LicensingRules

MOST_PICTURES = 8
_NOTHING_SHOWN = "首页及其一层链接内未见本店营业执照信息、亮照链接或免予登记的自我声明"
_ONLY_IN_SCRIPT = "证照信息仅见于未能执行的脚本，须以浏览器渲染后再采，不能认定已公示或者未公示"
_MOST_UNNAMED = 2
"""Pictures without a word of a licence near them, of those that stand alone on the page."""


class LicenceJudge:
    """The engine: rules in, then any number of cases."""

    def __init__(self, rules: LicensingRules) -> None:
        self.rules = rules
        self.numbers = Numbers(rules.table)
        self.finder = CandidateFinder(rules.words, rules.table)
        self.links = LinkReader(rules.words)
        self.naming = NameMatch(rules.words)
        self.completeness = Completeness(rules.duties, rules.words)
        self.declarations = DeclarationReader(rules.words, rules.duties)

    # ------------------------------------------------------------ what the caller fetches first

    def wanted_pages(self, page: PageText, base: str) -> list[str]:
        """Addresses one hop away that may show the licence, most likely first."""
        return [
            address for address, _ in self.links.to_follow(page, base) if not PICTURE_NAME.search(address)
        ]

    def wanted_pictures(self, page: PageText, base: str, *, most: int = MOST_PICTURES) -> list[str]:
        """Pictures that may be licences, most likely first, those behind picture links among them."""
        found = [absolute(base, use.src) for use, _ in self.links.pictures(page)]
        found += [address for address, _ in self.links.to_follow(page, base) if PICTURE_NAME.search(address)]
        found += [
            absolute(base, use.inside_link)
            for use, _ in self.links.pictures(page)
            if PICTURE_NAME.search(use.inside_link)
        ]
        return [each for each in dict.fromkeys(found) if each][:most]

    def likely_pictures(self, page: PageText, base: str, *, most: int = 4) -> tuple[list[str], list[str]]:
        """As ``wanted_pictures``, where each costs: those with licence words near, and the rest.

        Of the rest only the first few outside links: a picture inside a link to a page stands for that page,
        and pictures of goods are such.
        """
        named: list[str] = []
        single: list[str] = []
        for use, hinted in self.links.pictures(page):
            behind = use.inside_link
            if PICTURE_NAME.search(behind):
                (named if hinted else single).append(absolute(base, behind))
            elif hinted and not (behind and absolute(base, behind)):
                named.append(absolute(base, use.src))
            elif not behind and not hinted and use.seen is not Seen.HIDDEN and not shown_small(use):
                single.append(absolute(base, use.src))
        named += [address for address, _ in self.links.to_follow(page, base) if PICTURE_NAME.search(address)]
        found = list(dict.fromkeys(each for each in named if _is_web(each)))[:most]
        rest = [each for each in dict.fromkeys(single) if _is_web(each) and each not in found]
        return found, rest[:_MOST_UNNAMED]

    def wants_browser(self, case: LicenceCase) -> bool:
        """Whether only a browser can tell what the page shows of licence, permits or ICP number."""
        unseen = Unseen(self, case, Displays(self, case, []), needs_permit=False)
        wanted = ("LIC-MISSING", "PERMIT-MISSING", "ICP-MISSING")
        return case.page.unstyled or any(map(unseen.in_scripts, wanted))

    # ------------------------------------------------------------ the decision

    def decide(self, case: LicenceCase) -> Outcome:
        """What ``case`` shows, and what it fails to show."""
        return _Decision(self, case).outcome()


class _Decision:
    """One case on its way to an outcome."""

    def __init__(self, judge: LicenceJudge, case: LicenceCase) -> None:
        self.judge = judge
        self.case = case = _with_styled_links(case)
        self.warnings: list[Fact] = []
        self.needs = judge.rules.needs.of(case.categories, case.as_of)
        self.displays = Displays(judge, case, self.warnings)
        self.truth = Truth(case, self.warnings, judge.numbers, judge.naming)
        self.unseen = Unseen(judge, case, self.displays, needs_permit=bool(self.needs))

    def outcome(self) -> Outcome:
        """What the whole case comes to."""
        if self.case.page.truncated:
            reason = "页面或样式过大，未能全部计算，须以渲染后的页面确认可见性"
            self.warnings.append(Fact(code="LIC-NOT-RENDERED", reason=reason, page=self.case.url))
        state, facts, shown = self._licence()
        if shown:
            listed = self._list(shown)
            facts = [replace(fact, listed=listed) for fact in facts]
        linked = tuple((each.page, each.url) for each in self.displays.linked_pages() if each.page)
        check = PermitCheck(
            case=self.case,
            numbers=self.judge.numbers,
            links=self.judge.links,
            roles=self.judge.finder.roles,
            needs=self.needs,
            linked=linked,
            operator=self.truth.operator,
            duties=self.judge.rules.duties,
            warnings=self.warnings,
        )
        beside = check.facts(shown.candidate if shown else None)
        facts += self._observed(beside + (check.icp() if self.case.standalone else []))
        return Outcome(
            state=state,
            facts=tuple(facts),
            warnings=tuple(self.warnings),
            operator=self.truth.operator,
            code_shown=shown.candidate.code if shown else "",
            name_shown=self.truth.name_seen(shown) if shown else "",
            page_shown=shown.page if shown else "",
            source=shown.candidate.source.value if shown else "",
        )

    def _observed(self, facts: list[Fact]) -> list[Fact]:
        """The facts that this capture can bear: what was not looked at is neither missing nor wrong."""
        kept = []
        for fact in facts:
            reason, quote = "", ""
            if self.case.page.unstyled:
                reason = "样式未能全部计算，不能认定页面所见"
            elif fact.needs_second_capture and not self._is_looked_at():
                reason = "有页面、链接或者图片未能读取，不能认定未公示"
            elif fact.needs_second_capture and (quote := self.unseen.in_scripts(fact.code)):
                reason = _ONLY_IN_SCRIPT
            if reason:
                code = f"{fact.code}-NOT-OBSERVED"
                self.warnings.append(Fact(code=code, reason=reason, quote=quote, page=fact.page))
            else:
                kept.append(fact)
        return kept

    def _is_looked_at(self) -> bool:
        return self._is_whole() and not self.displays.unread and not self.displays.unfollowed

    def _is_whole(self) -> bool:
        return self.case.complete and not self.case.page.truncated

    def _licence(self) -> tuple[State, list[Fact], Shown | None]:
        shown = self._display()
        if shown is not None:
            fact = self.truth.fault(shown)
            if fact is not None:
                return _STATES[fact.code], [fact], shown
            return shown.state, [], shown
        unclear = self.unseen.unclear_picture()
        if unclear is not None:
            self.warnings.append(unclear)
            return State.UNCLEAR, [], None
        declared = self.unseen.declared()
        if declared is not None and not declared[0].contradictions:
            self._warn_of_declaration(*declared)
            return State.OK_EXEMPT, [], None
        hidden = self.unseen.hidden()
        if hidden is not None:
            return State.HIDDEN, [hidden], None
        return self._without_display(declared)

    def _display(self) -> Shown | None:
        """The first display that counts: a slip gives way to the licence that it is a slip of."""
        every = self.displays.every()
        first = next(every, None)
        if first is None or first.candidate.fault is None:
            return first
        better = self.truth.better(first, every)
        if better is None:
            return first
        self.warnings.append(
            Fact(
                code="LIC-TYPED",
                reason=f"另有一处号码“{first.candidate.quote}”不完整或者有误，已按完整公示的证照核对",
                quote=first.candidate.quote,
                page=first.page,
                where=first.candidate.where,
            )
        )
        return better

    def _without_display(
        self, declared: tuple[Declaration, str] | None
    ) -> tuple[State, list[Fact], Shown | None]:
        quote = self.unseen.in_scripts("LIC-MISSING")
        if quote:
            code, page = "LIC-NOT-RENDERED", self.case.url
            self.warnings.append(Fact(code=code, reason=_ONLY_IN_SCRIPT, quote=quote, page=page))
            return State.NOT_RENDERED, [], None
        if not self._is_looked_at():
            reason = "有可能为证照的图片或链接未能读取" if self._is_whole() else "页面未完整加载或者样式过大"
            self.warnings.append(
                Fact(code="LIC-NOT-OBSERVED", reason=f"{reason}，不能认定未公示", page=self.case.url)
            )
            return State.NOT_OBSERVED, [], None
        return State.MISSING, [self._missing(declared)], None

    def _warn_of_declaration(self, found: Declaration, page: str) -> None:
        """What a declaration that counts lacks, and what would count against it under a later law."""
        for doubt in found.doubts:
            self._warn_at(
                Fact(code="LIC-EXEMPT-DOUBTFUL", reason=f"{doubt}；采集日尚无此限额，供参考"), found, page
            )
        duties = self.judge.rules.duties
        kind = duties.kind("exempt")
        listed = self.judge.completeness.of(kind, found.around)
        lacking = incomplete(duties, kind, listed, self.case.as_of)
        if lacking is not None:
            self._warn_at(lacking, found, page)

    def _warn_at(self, warning: Fact, found: Declaration, page: str) -> None:
        self.warnings.append(replace(warning, quote=found.quote, page=page, where=found.where))

    def _list(self, shown: Shown) -> tuple[Listed, ...]:
        """What the law lists for the operator, and what of it stands in the text; a warning if less.

        A picture and the public mark are the whole licence.
        """
        candidate, row, duties = shown.candidate, self.truth.operator, self.judge.rules.duties
        name = self.truth.name_seen(shown)
        kind = duties.kind_of(row.code if row else candidate.code, row.kind if row else "", name)
        if candidate.source is not Source.TEXT or kind is None or not duties.listed.holds_on(self.case.as_of):
            return ()
        listed = self.judge.completeness.of(kind, candidate.beyond, name)
        lacking = incomplete(duties, kind, listed, self.case.as_of)
        if lacking is not None:
            self.warnings.append(
                replace(
                    lacking,
                    quote=candidate.quote,
                    page=shown.page,
                    where=candidate.where,
                    row=row,
                    register_date=self.case.look_up.snapshot_date,
                )
            )
        return listed

    def _missing(self, declared: tuple[Declaration, str] | None) -> Fact:
        if declared is not None:
            return Fact(
                code="LIC-MISSING",
                reason="以自我声明代替营业执照，但" + "；".join(declared[0].contradictions),
                quote=declared[0].quote,
                page=declared[1],
                where=declared[0].where,
                confidence=0.8,
                for_person=not self.judge.rules.duties.registration.holds_on(self.case.as_of),
                needs_second_capture=True,
                refuted_by="店铺确属免予登记情形的证明，或者营业执照公示位置",
            )
        duties = self.judge.rules.duties
        free = not self.case.standalone and not duties.registration.holds_on(self.case.as_of)
        picture = self.unseen.wordless_picture()
        told = [f"采集日自然人可以不登记而开店（{duties.natural_persons}），须核实是否已登记"] if free else []
        told += ["有称为营业执照的图片，图中未识别出文字，须人工查看"] if picture else []
        unsure = bool(free or picture or self.unseen.rests_on_a_role)
        return Fact(
            code="LIC-MISSING",
            reason="；".join([_NOTHING_SHOWN, *self.unseen.beside(), *told]),
            page=picture or self.case.url,
            confidence=0.5 if unsure else 0.7,
            for_person=unsure,
            needs_second_capture=True,
            refuted_by="另日采集时已公示，或者公示在本次未采集的页面"
            + ("；经营者为自然人" if free else "")
            + ("；所见号码即本店经营者的" if self.unseen.rests_on_a_role else ""),
        )


def _with_styled_links(case: LicenceCase) -> LicenceCase:
    """The case without the pages one link away whose styles were left out: they were not observed."""
    bare = {url for url, each in case.linked.items() if each.page is not None and each.page.unstyled}
    if not bare:
        return case
    unseen = LinkedPageState.NOT_OBSERVED
    linked = {
        url: Linked(url=url, state=unseen) if url in bare else each for url, each in case.linked.items()
    }
    return replace(case, linked=linked)


def _is_web(address: str) -> bool:
    return address.startswith(("http:", "https:"))


def text_suffices(outcome: Outcome) -> bool:
    """Whether text alone settled a case, so that no picture need be read for it."""
    return outcome.state in DISPLAYED and not any(fact.code == "PERMIT-MISSING" for fact in outcome.facts)


def without_pictures(case: LicenceCase) -> LicenceCase:
    """The case as its text alone gives it."""
    return replace(case, pictures={})


_STATES = {
    "LIC-INVALID-NUMBER": State.INVALID_NUMBER,
    "LIC-NOT-IN-REGISTRY": State.NOT_IN_REGISTRY,
    "LIC-NAME-MISMATCH": State.NAME_MISMATCH,
    "LIC-STATUS-ABNORMAL": State.STATUS_ABNORMAL,
}
