"""Decisions on licence display 亮照判定: in a fixed order, each with what shows it and what refutes it.

Order of the licence facet: status, name, register, number, hidden, missing; the first that holds is the
finding. Permits and the ICP number are judged beside it. Text that no visitor sees never makes a case better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from detectors.licensing.candidates import SHOP, Candidate, CandidateFinder, Folded, Source
from detectors.licensing.declarations import Declaration, DeclarationReader
from detectors.licensing.links import PICTURE_NAME, LinkReader, absolute
from detectors.licensing.model import Fact, LicenceCase, Linked, Outcome, State
from detectors.licensing.numbers import FAULT_TEXT, Fault, Numbers, credit_fault
from detectors.licensing.permits import PermitCheck
from detectors.licensing.readings import (
    OTHER_NAME,
    SAME_NAME,
    LicencePicture,
    PictureKind,
    best_similarity,
    read_licence,
    similarity,
)
from detectors.licensing.seen import LinkUse, PageText, PictureUse, Seen, View
from domain.picture import PictureReading
from domain.register import OperatorRow, normal_name
from domain.subjects import LinkedPageState
from rules.licensing import LicensingRules

SMALL_SHOWN_PX = 120.0
"""A licence shown smaller than this cannot be read where it stands."""
LEAST_LEGIBLE_PX = 400
"""From this shorter side on a picture of a licence is taken to be legible to a person."""
_NORMAL = re.compile(r"存续|在业|在营|开业|正常|登记成立|迁入|有效|^$")
_ABNORMAL = re.compile(r"吊销|注销|撤销|责令关闭|停业|歇业|清算|迁出|除名|解散|非正常")
_UNNOTED = re.compile(r"[(（](?:企业|个人|认证|实名|店铺|已|官方|自营)[^()（）]{0,10}[)）]$")
"""A note that the platform sets behind a name."""
_LISTED = re.compile(r"经营异常|严重违法|失信")
_LIFTED = re.compile(r"移出|已修复|已撤销|解除")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A licence that the visitor can get to, from wherever it was read."""

    candidate: Candidate
    state: State
    """``ok`` on the page itself, ``ok_link`` behind a link or an expander."""
    page: str
    picture: LicencePicture | None = None


@dataclass(frozen=True)
class LicenceJudge:
    """The engine: rules in, then any number of cases."""

    rules: LicensingRules
    numbers: Numbers = field(init=False)
    finder: CandidateFinder = field(init=False)
    links: LinkReader = field(init=False)
    declarations: DeclarationReader = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", Numbers(self.rules.table))
        object.__setattr__(self, "finder", CandidateFinder(self.rules.words, self.rules.table))
        object.__setattr__(self, "links", LinkReader(self.rules.words))
        object.__setattr__(self, "declarations", DeclarationReader(self.rules.words))

    # ------------------------------------------------------------ what the caller fetches first

    def wanted_pages(self, page: PageText, base: str) -> list[str]:
        """Addresses one hop away that may show the licence, most likely first."""
        return [
            address for address, _ in self.links.to_follow(page, base) if not PICTURE_NAME.search(address)
        ]

    def wanted_pictures(self, page: PageText, base: str, *, most: int = 8) -> list[str]:
        """Pictures that may be licences, most likely first, those behind picture links among them."""
        found = [absolute(base, use.src) for use, _ in self.links.pictures(page)]
        found += [address for address, _ in self.links.to_follow(page, base) if PICTURE_NAME.search(address)]
        found += [
            absolute(base, use.inside_link)
            for use, _ in self.links.pictures(page)
            if PICTURE_NAME.search(use.inside_link)
        ]
        return [each for each in dict.fromkeys(found) if each][:most]

    # ------------------------------------------------------------ the decision

    def decide(self, case: LicenceCase) -> Outcome:
        """What ``case`` shows, and what it fails to show."""
        return _Decision(self, case).outcome()


class _Decision:
    """One case on its way to an outcome."""

    def __init__(self, judge: LicenceJudge, case: LicenceCase) -> None:
        self.judge = judge
        self.case = case
        self.words = judge.rules.words
        self.warnings: list[Fact] = []
        self.operator: OperatorRow | None = None
        self.doubtful = False
        needs = judge.rules.needs.by_category.get(case.category)
        self.needs = needs.all_of if needs else ()
        self.unread: list[PictureUse] = []
        self.unfollowed: list[str] = []

    def outcome(self) -> Outcome:
        """What the whole case comes to."""
        if self.case.page.truncated:
            reason = "页面或样式过大，未能全部计算，须以渲染后的页面确认可见性"
            self.warnings.append(Fact(code="LIC-NOT-RENDERED", reason=reason, page=self.case.url))
        state, facts, shown = self._licence()
        check = PermitCheck(
            case=self.case,
            numbers=self.judge.numbers,
            links=self.judge.links,
            needs=self.needs,
            linked=tuple((linked.page, linked.url) for linked in self._linked_pages() if linked.page),
            operator=self.operator,
        )
        facts += check.facts(shown.candidate if shown else None)
        if self.case.standalone:
            facts += check.icp()
        return Outcome(
            state=state,
            facts=tuple(facts),
            warnings=tuple(self.warnings),
            operator=self.operator,
            code_shown=shown.candidate.code if shown else "",
        )

    def _licence(self) -> tuple[State, list[Fact], _Shown | None]:
        shown = next(self._displays(), None)
        if shown is not None:
            fact = self._judged(shown)
            if fact is not None:
                state = next(state for state, code in _CODES.items() if code == fact.code)
                return state, [fact], shown
            return shown.state, [], shown
        unclear = self._unclear_picture()
        if unclear is not None:
            self.warnings.append(unclear)
            return State.UNCLEAR, [], None
        declared = self._declared()
        if declared is not None and not declared[0].contradictions:
            if not declared[0].has_contact:
                self.warnings.append(
                    Fact(
                        code="LIC-INCOMPLETE",
                        reason="自我声明未见实际经营地址或联系方式",
                        quote=declared[0].quote,
                    )
                )
            return State.OK_EXEMPT, [], None
        hidden = self._hidden()
        if hidden is not None:
            return State.HIDDEN, [hidden], None
        script = self._scripted()
        if script is not None:
            self.warnings.append(
                Fact(
                    code="LIC-NOT-RENDERED",
                    reason="证照信息由脚本写入，须以渲染后的页面确认",
                    quote=script.candidate.quote,
                )
            )
            fact = self._judged(script)
            if fact is None:
                return State.OK, [], script
        whole = self.case.complete and not self.case.page.truncated
        if not whole or self.unread or self.unfollowed:
            reason = "页面未完整加载或者样式过大" if not whole else "有可能为证照的图片或链接未能读取"
            self.warnings.append(Fact(code="LIC-NOT-OBSERVED", reason=f"{reason}，不能认定未公示"))
            return State.NOT_OBSERVED, [], None
        return State.MISSING, [self._missing(declared)], None

    def _missing(self, declared: tuple[Declaration, str] | None) -> Fact:
        if declared is not None:
            return Fact(
                code="LIC-MISSING",
                reason="以自我声明代替营业执照，但" + "；".join(declared[0].contradictions),
                quote=declared[0].quote,
                page=declared[1],
                where=declared[0].where,
                confidence=0.8,
                needs_second_capture=True,
                refuted_by="店铺确属免予登记情形的证明，或者营业执照公示位置",
            )
        return Fact(
            code="LIC-MISSING",
            reason="首页及其一层链接内未见本店营业执照信息、亮照链接或免予登记的自我声明",
            page=self.case.url,
            confidence=0.7,
            needs_second_capture=True,
            refuted_by="另日采集时已公示，或者公示在本次未采集的页面",
        )

    # ------------------------------------------------------------ what is shown

    def _displays(self) -> Iterator[_Shown]:
        """Displays that count, those on the page itself first."""
        case = self.case
        yield from self._in_text(case.page.view(Seen.VISIBLE), case.url, State.OK)
        yield from self._in_frames()
        yield from self._in_pictures(case.page, case.url, State.OK, {Seen.VISIBLE})
        visible = {candidate.code for candidate in self._candidates(case.page.view(Seen.VISIBLE))}
        for shown in self._in_text(case.page.view(Seen.VISIBLE, Seen.REACHABLE), case.url, State.OK_LINK):
            if shown.candidate.code not in visible:
                yield shown
        yield from self._in_pictures(case.page, case.url, State.OK_LINK, {Seen.REACHABLE})
        yield from self._by_public_mark(case.page, case.url)
        for linked in self._linked_pages():
            assert linked.page is not None  # noqa: S101 - a fetched page has been read
            yield from self._in_text(
                linked.page.view(Seen.VISIBLE, Seen.REACHABLE), linked.url, State.OK_LINK
            )
            yield from self._in_pictures(
                linked.page, linked.url, State.OK_LINK, {Seen.VISIBLE, Seen.REACHABLE}
            )
            yield from self._by_public_mark(linked.page, linked.url)
        yield from self._linked_pictures()

    def _candidates(self, view: View) -> list[Candidate]:
        platform = self.case.platform
        return self.judge.finder.in_view(view, platform_code=platform.code, platform_name=platform.name)

    def _in_text(self, view: View, url: str, state: State) -> Iterator[_Shown]:
        found = [each for each in self._candidates(view) if each.role == SHOP]
        # A number under words of the shop's own beats one that merely stands there.
        own = re.compile("本店|本站|我店|店铺主体|开店主体|经营主体|本网店")
        found.sort(key=lambda each: (not own.search(each.role_word + each.around[:40]), not each.label))
        for candidate in found:
            yield _Shown(candidate=candidate, state=state, page=url)

    def _in_frames(self) -> Iterator[_Shown]:
        for link in self.case.page.links:
            if not link.frame or link.seen is Seen.HIDDEN:
                continue
            linked = self.case.linked.get(absolute(self.case.url, link.href))
            if linked and linked.state is LinkedPageState.FETCHED and linked.page:
                state = State.OK if link.seen is Seen.VISIBLE else State.OK_LINK
                yield from self._in_text(linked.page.view(Seen.VISIBLE), linked.url, state)
                yield from self._in_pictures(linked.page, linked.url, state, {Seen.VISIBLE})

    def _linked_pages(self, *, hidden: bool = False) -> Iterator[Linked]:
        done: set[str] = set()
        for link in self.case.page.links:
            if (link.seen is Seen.HIDDEN) is not hidden or link.frame:
                continue
            address = absolute(self.case.url, link.href)
            linked = self.case.linked.get(address)
            if not address or address in done:
                continue
            done.add(address)
            if linked is None or linked.state is LinkedPageState.DEAD:
                continue
            if linked.state is LinkedPageState.FETCHED and linked.page:
                yield linked
            elif self.judge.links.is_licence_link(link) and not hidden:
                self.unfollowed.append(address)

    def _by_public_mark(self, page: PageText, url: str) -> Iterator[_Shown]:
        for link in page.links:
            if link.seen is Seen.HIDDEN:
                continue
            mark, code = self.judge.links.public_code(absolute(url, link.href))
            if not mark or (code and code == self.case.platform.code) or "平台" in link.label:
                continue
            if not code:
                if "serial=" in link.href.lower():
                    self.warnings.append(
                        Fact(
                            code="LIC-UNCLEAR",
                            reason="亮照链接不含信用代码，须打开链接核对",
                            quote=link.href[:200],
                        )
                    )
                    code = ""
                else:
                    continue
            candidate = Candidate(
                code=code,
                quote=link.href[:300],
                role=SHOP,
                source=Source.PUBLIC_MARK,
                where=link.where,
                label=link.label,
                fault=credit_fault(code) if code else None,
            )
            yield _Shown(candidate=candidate, state=State.OK_LINK, page=url)

    # ------------------------------------------------------------ pictures

    def _read(self, address: str) -> LicencePicture | None:
        reading: PictureReading | None = self.case.pictures.get(address)
        return read_licence(reading, self.words, self.case.register) if reading is not None else None

    def _in_pictures(self, page: PageText, url: str, state: State, seen: set[Seen]) -> Iterator[_Shown]:
        for use, hinted in self.judge.links.pictures(page):
            if use.seen not in seen:
                continue
            address = absolute(url, use.src)
            licence = self._read(address)
            if licence is None or licence.kind is PictureKind.UNKNOWN:
                if hinted and licence is not None:
                    self.unread.append(use)
                continue
            if (
                licence.kind is PictureKind.LICENCE
                and not self._is_platforms(licence)
                and not _shown_small(use)
            ):
                yield self._of_picture(licence, use.where, address, state)

    def _of_picture(self, licence: LicencePicture, where: str, address: str, state: State) -> _Shown:
        candidate = Candidate(
            code=licence.code,
            quote=licence.code,
            role=SHOP,
            source=Source.QR if licence.from_qr else Source.OCR,
            fault=credit_fault(licence.code),
            names=(licence.name,) if licence.name else (),
            where=licence.box or where,
            confidence=licence.confidence,
        )
        return _Shown(candidate=candidate, state=state, page=address, picture=licence)

    def _is_platforms(self, licence: LicencePicture) -> bool:
        platform = self.case.platform
        return bool(platform.code) and (
            licence.code == platform.code
            or (bool(licence.name) and similarity(licence.name, platform.name) > 0.9)
        )

    def _linked_pictures(self) -> Iterator[_Shown]:
        for address in self._picture_links(hidden=False):
            licence = self._read(address)
            if licence and licence.kind is PictureKind.LICENCE and not self._is_platforms(licence):
                yield self._of_picture(licence, "", address, State.OK_LINK)

    def _picture_links(self, *, hidden: bool) -> Iterator[str]:
        for link in self.case.page.links:
            if (link.seen is Seen.HIDDEN) is hidden and PICTURE_NAME.search(link.href):
                yield absolute(self.case.url, link.href)

    # ------------------------------------------------------------ is it true

    def _row_of(self, code: str) -> OperatorRow | None:
        register = self.case.register
        return register.by_old_number(code) if len(code) == 15 else register.by_code(code)

    def _judged(self, shown: _Shown) -> Fact | None:
        """What is wrong with a display; ``None``: nothing."""
        candidate = shown.candidate
        if candidate.source is Source.PUBLIC_MARK and not candidate.code:
            return None
        code, row = candidate.code, None
        if candidate.fault is None:
            row = self._row_of(code)
        else:
            for variant in candidate.variants:
                found = self._row_of(variant)
                if found and self._name_fits(shown, found):
                    code, row = variant, found
                    self._warn(shown, "LIC-TYPED", f"代码中字母与数字混用，按{variant}核对")
        if candidate.fault is not None and row is None:
            return self._number_fact(shown)
        if row is None:
            return self._fact(
                shown,
                "LIC-NOT-IN-REGISTRY",
                f"登记信息中查无此代码：{code}",
                confidence=0.8,
                refuted_by="登记数据截止日之后设立，或者登记数据不全",
            )
        self.operator = row
        status = self._status_fact(shown, row)
        if status is not None:
            return status
        if not self._name_fits(shown, row):
            named = self._best_name(shown, row)
            former = any(normal_name(named) == normal_name(each) for each in row.former_names)
            reason = f"公示名称“{named}”与登记名称“{row.name}”不一致" + ("（为曾用名）" if former else "")
            return self._fact(
                shown,
                "LIC-NAME-MISMATCH",
                reason,
                row=row,
                confidence=0.9 if not shown.picture else 0.7,
                refuted_by="近期更名且未逾公示期限，或者登记数据较旧",
            )
        self._completeness(shown, row)
        return None

    def _warn(self, shown: _Shown, code: str, reason: str) -> None:
        self.warnings.append(
            Fact(
                code=code,
                reason=reason,
                quote=shown.candidate.quote,
                page=shown.page,
                where=shown.candidate.where,
            )
        )

    def _fact(self, shown: _Shown, code: str, reason: str, **more: object) -> Fact:
        made = Fact(
            code=code,
            reason=reason,
            quote=shown.candidate.quote,
            page=shown.page,
            where=shown.candidate.where,
            register_date=self.case.register.snapshot_date,
            for_person=shown.candidate.source is Source.OCR,
        )
        return replace(made, **more)  # type: ignore[arg-type]

    def _number_fact(self, shown: _Shown) -> Fact:
        candidate = shown.candidate
        fault = candidate.fault or Fault.CHECK
        reason = f"公示的统一社会信用代码（注册号）{candidate.code}{FAULT_TEXT[fault]}"
        if shown.picture is not None and not shown.picture.sure:
            reason += "；系图片识别，须人工核对原图"
        return self._fact(
            shown,
            "LIC-INVALID-NUMBER",
            reason,
            confidence=0.95 if candidate.source is not Source.OCR else 0.7,
            refuted_by="原始页面或图片上的号码与采集不同",
        )

    def _status_fact(self, shown: _Shown, row: OperatorRow) -> Fact | None:
        listed = bool(_LISTED.search(row.status_note)) and not _LIFTED.search(row.status_note)
        abnormal = bool(_ABNORMAL.search(row.status)) or (not _NORMAL.search(row.status) and bool(row.status))
        if not listed and not abnormal:
            return None
        told = "、".join(each for each in (row.status, row.status_note) if each)
        return self._fact(
            shown,
            "LIC-STATUS-ABNORMAL",
            f"登记状态：{told}",
            row=row,
            confidence=0.95,
            refuted_by="截至采集日已恢复正常、移出名录",
        )

    def _name_fits(self, shown: _Shown, row: OperatorRow) -> bool:
        wanted = normal_name(row.name)
        picture = shown.picture
        if picture is not None:
            return self._picture_name_fits(picture, row)
        candidate = shown.candidate
        labelled = candidate.names[: candidate.labelled_names]
        if labelled:
            return any(
                wanted in {normal_name(name), normal_name(_UNNOTED.sub("", name))} for name in labelled
            )
        if not candidate.names:
            return True
        if wanted in normal_name(candidate.around):
            return True
        return any(normal_name(name) == wanted for name in candidate.names) or not self._is_name(
            candidate.names[0]
        )

    def _is_name(self, name: str) -> bool:
        # A free-standing text counts as the name only if it looks like a registered one, not a shop sign.
        return normal_name(name) != normal_name(self.case.shop_name) and bool(
            re.search(r"(?:公司|合作社|厂|\(个体工商户\)|中心|商行|经营部)$", Folded(name).text)
            or re.match(r"[一-龥]{2,4}(?:省|市|区|县)", name)
        )

    def _picture_name_fits(self, picture: LicencePicture, row: OperatorRow) -> bool:
        if picture.qr_name and picture.qr_code == picture.code:
            return normal_name(picture.qr_name) == normal_name(row.name) and not (
                picture.name
                and similarity(picture.name, row.name) < OTHER_NAME
                and best_similarity(row, picture) < OTHER_NAME
            )
        best = best_similarity(row, picture)
        if best >= SAME_NAME or not picture.name or similarity(picture.name, row.name) >= OTHER_NAME:
            if best < 0.999:
                self.warnings.append(
                    Fact(code="LIC-UNCLEAR", reason=f"图片上的名称未能逐字读清，登记名称为“{row.name}”")
                )
            return True
        return False

    def _best_name(self, shown: _Shown, row: OperatorRow) -> str:
        if shown.picture is not None:
            return shown.picture.name or shown.picture.qr_name
        names = shown.candidate.names
        return max(names, key=lambda name: similarity(name, row.name), default="")

    def _completeness(self, shown: _Shown, row: OperatorRow) -> None:
        if shown.candidate.source is not Source.TEXT:
            return
        around = Folded(shown.candidate.around).text
        wanted = {"名称": "名称|主体|全称"}
        if row.kind.startswith("个体"):
            wanted |= {
                "经营者姓名": "经营者|负责人|法定代表人",
                "经营场所": "经营场所|住所|地址",
                "组成形式": "组成形式|类型",
            }
        elif "合作社" in row.kind:
            wanted |= {
                "法定代表人": "法定代表人|负责人",
                "住所": "住所|地址",
                "成员出资总额": "出资|注册资本",
            }
        else:
            wanted |= {
                "类型": "类型",
                "法定代表人": "法定代表人|负责人",
                "住所": "住所|地址",
                "注册资本": "注册资本",
            }
        lacking = [name for name, pattern in wanted.items() if not re.search(pattern, around)]
        if lacking:
            self.warnings.append(
                Fact(
                    code="LIC-INCOMPLETE",
                    reason="网络交易监督管理办法第十二条所列事项未见：" + "、".join(lacking),
                    quote=shown.candidate.quote,
                    page=shown.page,
                    where=shown.candidate.where,
                    row=row,
                )
            )

    # ------------------------------------------------------------ exemption, hidden, written by script

    def _declared(self) -> tuple[Declaration, str] | None:
        case = self.case
        pages: list[tuple[PageText, str]] = [(case.page, case.url)]
        pages += [(linked.page, linked.url) for linked in self._linked_pages() if linked.page]
        entry = case.page.view(Seen.VISIBLE, Seen.REACHABLE)
        for page, url in pages:
            found = self.judge.declarations.in_view(
                page.view(Seen.VISIBLE, Seen.REACHABLE),
                category=case.category,
                needs_permit=bool(self.needs),
                shop_name=case.shop_name,
                platform_name=case.platform.name,
            )
            if found is not None:
                amount = self.judge.declarations.turnover(Folded(entry.text).text)
                if url != case.url and amount > 100_000:
                    found = replace(
                        found, contradictions=(*found.contradictions, "首页所称交易额超过年累计10万元")
                    )
                return found, url
        return None

    def _hidden(self) -> Fact | None:
        case = self.case
        for candidate in self._candidates(case.page.view(Seen.HIDDEN)):
            if candidate.role == SHOP and (candidate.fault is None or candidate.label):
                return Fact(
                    code="LIC-HIDDEN",
                    reason="页面代码中有营业执照信息，但访问者看不到",
                    quote=candidate.quote,
                    page=case.url,
                    where=candidate.where,
                    rule=candidate.why_hidden,
                    confidence=0.9,
                    refuted_by="访问者在常用浏览器中能看到该内容的截图",
                )
        return self._hidden_picture() or self._hidden_link()

    def _unclear_picture(self) -> Fact | None:
        """A licence that a visitor can read and the recognition could not."""
        pages = [(self.case.page, self.case.url)]
        pages += [(linked.page, linked.url) for linked in self._linked_pages() if linked.page]
        for page, url in pages:
            for use, _ in self.judge.links.pictures(page):
                address = absolute(url, use.src)
                licence = self._read(address)
                if licence is None or licence.kind is not PictureKind.UNREADABLE:
                    continue
                reading = self.case.pictures[address]
                large = min(reading.width, reading.height) >= LEAST_LEGIBLE_PX
                if large and use.seen is not Seen.HIDDEN and not _shown_small(use):
                    reason = "页面有营业执照图片，但号码未能识别，须人工查看"
                    return Fact(
                        code="LIC-UNCLEAR", reason=reason, page=address, where=use.where, for_person=True
                    )
        return None

    def _hidden_picture(self) -> Fact | None:
        case = self.case
        pages = [(case.page, case.url)] + [
            (linked.page, linked.url) for linked in self._linked_pages() if linked.page
        ]
        for page, url in pages:
            for use, hinted in self.judge.links.pictures(page):
                address = absolute(url, use.src)
                licence = self._read(address)
                if licence is None:
                    continue
                reading = case.pictures[address]
                unreadable = licence.kind is PictureKind.UNREADABLE or (
                    licence.kind is PictureKind.NOTHING
                    and hinted
                    and 0 < min(reading.width, reading.height) < 260
                )
                if unreadable or (
                    licence.kind is PictureKind.LICENCE and (use.seen is Seen.HIDDEN or _shown_small(use))
                ):
                    size = f"{reading.width}×{reading.height}像素"
                    why = use.why or (f"图片{size}，文字无法辨认" if unreadable else "图片显示过小，无法辨认")
                    return Fact(
                        code="LIC-HIDDEN",
                        reason=f"营业执照图片看不到或者无法辨认：{why}",
                        page=address,
                        where=use.where,
                        rule=use.why,
                        confidence=0.7,
                        for_person=True,
                        refuted_by="原图清晰可读的版本",
                    )
        return None

    def _hidden_link(self) -> Fact | None:
        for linked in self._linked_pages(hidden=True):
            if linked.page is None:
                continue
            for candidate in self._candidates(linked.page.view(Seen.VISIBLE, Seen.REACHABLE)):
                if candidate.role == SHOP:
                    return self._hidden_link_fact(linked.url, candidate.quote)
        for link in self.case.page.links:
            mark, code = self.judge.links.public_code(absolute(self.case.url, link.href))
            if link.seen is Seen.HIDDEN and mark and code and code != self.case.platform.code:
                return self._hidden_link_fact(self.case.url, link.href[:300], link)
        return None

    def _hidden_link_fact(self, page: str, quote: str, link: LinkUse | None = None) -> Fact:
        return Fact(
            code="LIC-HIDDEN",
            reason="通向营业执照的链接访问者看不到",
            quote=quote,
            page=page,
            where=link.where if link else "",
            rule=link.why if link else "",
            confidence=0.8,
            refuted_by="访问者能看到并点开该链接的截图",
        )

    def _scripted(self) -> _Shown | None:
        for candidate in self._candidates(self.case.page.view(Seen.SCRIPT)):
            if candidate.role == SHOP and candidate.fault is None:
                return _Shown(candidate=candidate, state=State.OK, page=self.case.url)
        return None


def _shown_small(use: PictureUse) -> bool:
    sizes = [size for size in (use.shown_width, use.shown_height) if size is not None]
    return bool(sizes) and max(sizes) < SMALL_SHOWN_PX and not use.inside_link


_CODES = {
    State.INVALID_NUMBER: "LIC-INVALID-NUMBER",
    State.NOT_IN_REGISTRY: "LIC-NOT-IN-REGISTRY",
    State.NAME_MISMATCH: "LIC-NAME-MISMATCH",
    State.STATUS_ABNORMAL: "LIC-STATUS-ABNORMAL",
}
