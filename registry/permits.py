"""Formats of permit numbers in a register 许可证编号格式: whether one of a known kind has its form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.check_digits import Fault, mod_11_10
from domain.register import PermitRow, evened
from rules.licensing import Check, NumberKind, NumberTable


@dataclass(frozen=True, slots=True)
class _Form:
    kind: NumberKind
    pattern: re.Pattern[str]
    stem: re.Pattern[str] | None

    def fault(self, number: str) -> Fault | None:
        if not self.pattern.fullmatch(number):
            return Fault.FORMAT
        digits = number[self.kind.check_skip :]
        wrong = self.kind.check is Check.MOD_11_10 and mod_11_10(digits[:-1]) != digits[-1]
        return Fault.CHECK if wrong else None


@dataclass(frozen=True)
class PermitForms:
    """The table of number kinds, ready for the rows of a register.

    A row says the kind by its code, its name or one of its labels; where it says none, the beginning of the
    number does. Kinds whose format was not verified judge nothing.
    """

    table: NumberTable
    _named: Mapping[str, tuple[_Form, ...]] = field(init=False, repr=False)
    _stems: tuple[_Form, ...] = field(init=False, repr=False)
    _every: tuple[_Form, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        named: dict[str, tuple[_Form, ...]] = {}
        forms = [self._form(kind) for kind in self.table.kinds if not kind.operator and kind.sure]
        for form in forms:
            for word in dict.fromkeys((form.kind.kind, form.kind.name, *form.kind.labels)):
                named[word] = (*named.get(word, ()), form)
        every = tuple(self._form(kind) for kind in self.table.kinds if not kind.operator)
        object.__setattr__(self, "_every", every)
        object.__setattr__(self, "_named", named)
        object.__setattr__(self, "_stems", tuple(form for form in forms if form.stem))

    def _form(self, kind: NumberKind) -> _Form:
        place = f"[{''.join(self.table.provinces)}]"
        pattern, stem = (
            re.compile(text.replace("{P}", place), re.ASCII) if text else None
            for text in (kind.pattern, kind.stem)
        )
        return _Form(kind, pattern or re.compile("(?!)"), stem)

    def fault(self, permit: PermitRow) -> Fault | None:
        """What is wrong with the number as one of its kind; ``None``: nothing, or no known kind."""
        number = re.sub(r"\s+", "", evened(permit.number).upper())
        forms = self._named.get(permit.kind) or self._named.get(permit.name)
        if forms is None:
            forms = tuple(form for form in self._stems if form.stem and form.stem.match(number))
        faults = [form.fault(number) for form in forms]
        if not faults or None in faults:
            return None
        # A number of an earlier kind, such as QS, stands under the name of the later one.
        is_other = Fault.CHECK not in faults and any(form.pattern.fullmatch(number) for form in self._every)
        return None if is_other else faults[0]
