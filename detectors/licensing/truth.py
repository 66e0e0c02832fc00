"""Whether what is shown is true 证照核验: number, register, status and name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from detectors.licensing.candidates import Source
from detectors.licensing.folded import Folded
from detectors.licensing.model import Fact, LicenceCase
from detectors.licensing.naming import NameMatch, is_foreign, plain_name
from detectors.licensing.numbers import FAULT_TEXT, Fault, Numbers, has_inner_fault
from detectors.licensing.readings import OTHER_NAME, SAME_NAME, LicencePicture, best_similarity, similarity
from detectors.licensing.shown import Shown
from domain.cover import is_covered
from domain.register import OperatorRow, normal_name

_NORMAL = re.compile(r"存续|在业|在营|开业|正常|登记成立|迁入|有效|^$")
_ABNORMAL = re.compile(r"吊销|注销|撤销|责令关闭|停业|歇业|清算|迁出|除名|解散|非正常")
_LEAST_NAME = 4
"""Characters from which something after 字号 is a name, not a word of one."""
_LISTED = re.compile(r"经营异常|严重违法|失信")
_LIFTED = re.compile(r"移出|已修复|已撤销|解除")


@dataclass
class Truth:
    """Compares displays of one case with number rules and register."""

    case: LicenceCase
    warnings: list[Fact]
    numbers: Numbers
    naming: NameMatch
    operator: OperatorRow | None = None
    """The registered operator, once a display led to it."""

    def _row_of(self, code: str) -> OperatorRow | None:
        register = self.case.look_up
        return register.by_old_number(code) if len(code) == 15 else register.by_code(code)

    def fault(self, shown: Shown) -> Fact | None:
        """What is wrong with a display; ``None``: nothing."""
        candidate = shown.candidate
        if candidate.source is Source.PUBLIC_MARK and not candidate.code:
            return None
        code, row = candidate.code, None
        if candidate.fault is None:
            self._check_inside(shown)
            row = self._row_of(code)
        else:
            for variant in candidate.variants:
                found = self._row_of(variant)
                if found and self._name_fits(shown, found):
                    code, row = variant, found
                    self._warn(shown, "LIC-TYPED", f"代码中字母与数字混用，按{variant}核对")
            row = row or self._refuting(shown)
        if candidate.fault is not None and row is None:
            return self._number_fact(shown)
        if row is None and self.case.register is None:
            self._warn(shown, "LIC-NO-REGISTER", "未导入登记数据，号码、名称和状态未与登记核对")
            return None
        if row is None:
            return self._unregistered(shown, code)
        self.operator = row
        status = self._status_fact(shown, row)
        if status is not None:
            return status
        if not self._name_fits(shown, row):
            named = self.best_name(shown, row)
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
        self._warn_of_translation(shown, row)
        return None

    def _warn_of_translation(self, shown: Shown, row: OperatorRow) -> None:
        labelled = shown.candidate.names[: shown.candidate.labelled_names]
        if labelled and all(is_foreign(name, row.name) for name in labelled):
            self._warn(shown, "LIC-UNCLEAR", f"公示名称“{labelled[0]}”为外文，登记名称为“{row.name}”")

    def true_row(self, shown: Shown, names: tuple[str, ...] = ()) -> OperatorRow | None:
        """The registered operator of a display of which nothing is wrong, if its name, or one of ``names``,
        is shown.
        """
        candidate = shown.candidate
        row = self._row_of(candidate.code) if candidate.fault is None else None
        if row is None or self._status_fact(shown, row) is not None:
            return None
        if candidate.names or shown.picture is not None:
            return row if self._name_fits(shown, row) else None
        return row if any(self.naming.fits(name, row.name) for name in names) else None

    def better(self, shown: Shown, others: Iterable[Shown]) -> Shown | None:
        """The display that a wrong number gives way to: what it is a slip of, or stands for, is shown too.

        A masked number, and a malformed one after a label that other numbers have as well, give way to any
        true display; a mistyped one to a true display of the same name in text of the same page.
        """
        candidate = shown.candidate
        if candidate.fault is None or candidate.source is not Source.TEXT:
            return None
        for other in others:
            row = self.true_row(other, candidate.names)
            here = other.page == shown.page and other.candidate.source is Source.TEXT
            if row is None or not (here or candidate.is_vague):
                continue
            same = any(self.naming.fits(name, row.name) for name in candidate.names)
            if candidate.is_vague or same or not candidate.names:
                return other
        return None

    def _refuting(self, shown: Shown) -> OperatorRow | None:
        """The row that has a number with a wrong check digit under the name shown: early numbers are such."""
        candidate = shown.candidate
        row = self._row_of(candidate.code) if candidate.fault is Fault.CHECK else None
        # A misread character must not turn a bad number into a good one.
        if row is None or candidate.source is Source.OCR or not self._name_fits(shown, row):
            return None
        self._warn(shown, "LIC-BAD-CHECK", f"号码{candidate.code}校验不符，但登记数据以公示名称载有该号码")
        return row

    def _check_inside(self, shown: Shown) -> None:
        if has_inner_fault(shown.candidate.code):
            reason = "代码内的组织机构代码校验不符（GB 11714-1997），早期代码有此情形，须与登记核对"
            self._warn(shown, "LIC-INNER-CHECK", reason)

    def _unregistered(self, shown: Shown, code: str) -> Fact | None:
        covers = self.case.look_up.covers
        held = "；".join(map(str, covers))
        if not is_covered(covers, code):
            self._warn(shown, "LIC-NOT-COVERED", f"登记数据范围为{held}，不含{code}，未与登记核对")
            return None
        return self._fact(
            shown,
            "LIC-NOT-IN-REGISTRY",
            f"登记信息（数据范围：{held}）中查无此代码：{code}",
            confidence=0.8,
            refuted_by="登记数据截止日之后设立，或者登记数据不全",
        )

    def _warn(self, shown: Shown, code: str, reason: str, *, for_person: bool = False) -> None:
        self.warnings.append(
            Fact(
                code=code,
                reason=reason,
                quote=shown.candidate.quote,
                page=shown.page,
                where=shown.candidate.where,
                for_person=for_person,
            )
        )

    def _fact(self, shown: Shown, code: str, reason: str, **more: object) -> Fact:
        made = Fact(
            code=code,
            reason=reason,
            quote=shown.candidate.quote,
            page=shown.page,
            where=shown.candidate.where,
            register_date=self.case.look_up.snapshot_date,
            for_person=shown.candidate.source is Source.OCR,
            shown=(("code", shown.candidate.code), ("name", self.best_name(shown, self.operator))),
        )
        return replace(made, **more)  # type: ignore[arg-type]

    def _number_fact(self, shown: Shown) -> Fact:
        candidate = shown.candidate
        fault = candidate.fault or Fault.CHECK
        kind = self.numbers.kind("REGNO" if len(candidate.code) <= 15 else "USCC")
        told = kind.explained(self.case.as_of)
        reason = f"公示的统一社会信用代码（注册号）{candidate.code}{FAULT_TEXT[fault]}：{told}"
        if shown.picture is not None and not shown.picture.sure:
            reason += "；系图片识别，须人工核对原图"
        return self._fact(
            shown,
            "LIC-INVALID-NUMBER",
            reason,
            confidence=0.95 if candidate.source is not Source.OCR else 0.7,
            refuted_by="原始页面或图片上的号码与采集不同",
        )

    def _status_fact(self, shown: Shown, row: OperatorRow) -> Fact | None:
        # What began after the capture says nothing about it.
        status, note = row.status_on(self.case.as_of)
        listed = bool(_LISTED.search(note)) and not _LIFTED.search(note)
        abnormal = bool(_ABNORMAL.search(status)) or (not _NORMAL.search(status) and bool(status))
        if not listed and not abnormal:
            return None
        told = "、".join(each for each in (status, note) if each)
        if row.status_since is not None:
            told += f"（{row.status_since}起）"
        return self._fact(
            shown,
            "LIC-STATUS-ABNORMAL",
            f"登记状态：{told}",
            row=row,
            confidence=0.95,
            refuted_by="截至采集日已恢复正常、移出名录",
        )

    def _name_fits(self, shown: Shown, row: OperatorRow) -> bool:
        picture = shown.picture
        if picture is not None:
            return self._picture_name_fits(shown, picture, row)
        candidate, wanted = shown.candidate, plain_name(row.name)
        names = [name for name in candidate.names if not is_foreign(name, row.name)]
        labelled = [name for name in candidate.names[: candidate.labelled_names] if name in names]
        around = plain_name(candidate.around)
        if wanted in around and all(plain_name(name) == plain_name(self.case.shop_name) for name in labelled):
            # 卖家：青杉旗舰店 is the sign of the shop; the registered name stands beside it.
            labelled = []
        if plain_name(candidate.beside) == wanted or any(
            len(plain_name(name)) >= _LEAST_NAME and wanted.endswith(plain_name(name))
            for name in candidate.trade_names
        ):
            return True
        if labelled:
            return any(self.naming.fits(name, row.name) for name in labelled)
        if not names or wanted in around:
            return True
        return any(self.naming.fits(name, row.name) for name in names) or not any(
            self._is_name(name, candidate.beside) for name in names
        )

    def _is_name(self, name: str, beside: str) -> bool:
        # A free-standing text counts as the name if it stands right before the number or looks like a
        # registered name; a shop sign does not.
        return normal_name(name) != normal_name(self.case.shop_name) and bool(
            name == beside
            or re.search(r"(?:公司|合作社|厂|\(个体工商户\)|中心|商行|经营部)$", Folded(name).text)
            or re.match(r"[一-龥]{2,4}(?:省|市|区|县)", name)
        )

    def _picture_name_fits(self, shown: Shown, picture: LicencePicture, row: OperatorRow) -> bool:
        if picture.qr_name and picture.qr_code == picture.code:
            return normal_name(picture.qr_name) == normal_name(row.name) and not (
                picture.name
                and similarity(picture.name, row.name) < OTHER_NAME
                and best_similarity(row, picture) < OTHER_NAME
            )
        best = best_similarity(row, picture)
        if best >= SAME_NAME or not picture.name or similarity(picture.name, row.name) >= OTHER_NAME:
            if best < 0.999:
                self._warn_of_reading(shown, picture.name, row)
            return True
        return False

    def name_seen(self, shown: Shown) -> str:
        """The name displayed: the registered one, where it stands by the number and none contradicts it."""
        row = self.operator
        is_there = (
            row is not None
            and shown.picture is None
            and plain_name(row.name) in plain_name(shown.candidate.around)
            and self._name_fits(shown, row)
        )
        return row.name if row is not None and is_there else self.best_name(shown, row)

    def _warn_of_reading(self, shown: Shown, read: str, row: OperatorRow) -> None:
        """A name that a picture was read to show, and how it differs; from two characters on a person looks.

        Rare characters are misread two or three in one name, so that the reading alone accuses nobody.
        """
        pairs = list(zip(plain_name(read), plain_name(row.name), strict=False))
        differ = [(one, other) for one, other in pairs if one != other]
        told = f"图片上的名称未能逐字读清，登记名称为“{row.name}”"
        if len(plain_name(read)) == len(plain_name(row.name)) and differ:
            told += "，" + "、".join(f"“{other}”读作“{one}”" for one, other in differ)
        self._warn(shown, "LIC-UNCLEAR", told, for_person=len(differ) > 1)

    def best_name(self, shown: Shown, row: OperatorRow | None = None) -> str:
        """The name shown with a number: of several the one nearest to the registered name."""
        if shown.picture is not None:
            return shown.picture.name or shown.picture.qr_name
        names = shown.candidate.names
        if row is None:
            return names[0] if names else ""
        wanted = row.name
        return max(names, key=lambda name: similarity(name, wanted), default="")
