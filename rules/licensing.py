"""Words and number kinds by which licence displays are judged 亮照规则: data under ``rules/licensing/``.

Parsed here, since the packs of that folder hold no codes of the catalogue: which breach is found is
decided by an engine; the files say only what numbers look like and how people write about them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self, TypeVar

import yaml
from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from domain.errors import RulePackError
from rules.written import Written

HERE = Path(__file__).parent / "licensing"
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Words = tuple[Word, ...]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=400)]

Model = TypeVar("Model", bound=BaseModel)


class Check(StrEnum):
    """How a number of a kind proves itself."""

    NONE = "none"
    USCC = "uscc"
    MOD_11_10 = "mod_11_10"
    PROVINCE = "province"
    """The region digits belong to the province that the number names."""


class Law(Written):
    """What a demand or a format rests on, and the days on which it was in force."""

    law: Word
    article: str = ""
    """Empty where the number of the article was not checked."""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this law was in force on ``day``."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}"


class NumberKind(Written):
    """One kind of licence or permit number 证照编号: pattern, check, authority, law, time of use."""

    kind: Word
    name: Word
    form: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=120)]
    """How the number is made up, for people."""
    pattern: Pattern
    stem: Pattern = ""
    labels: Words = ()
    check: Check = Check.NONE
    check_skip: int = Field(default=0, ge=0, le=8)
    """Characters before the digits that the check runs over."""
    least_digits: int = Field(default=5, ge=1, le=20)
    """Digits after a label from which something is meant to be a number of this kind."""
    operator: bool = False
    """It names an operator, not a permit."""
    site: bool = False
    """It belongs to a website, not to goods."""
    labelled_only: bool = False
    """Plain digits: counts only after one of its labels."""
    slots: Words = ()
    authority: Word
    laws: Annotated[tuple[Law, ...], Field(min_length=1)]
    valid_from: date | None = None
    """First day on which such numbers were given out."""
    valid_to: date | None = None
    """Last day on which numbers of this kind counted."""
    sure: bool = True
    """The format was seen in public sources; else a mismatch warns and does not accuse."""
    good: Annotated[Words, Field(min_length=1)]
    """Numbers that are of this kind."""
    bad: Annotated[Words, Field(min_length=1)]
    """Texts that hold no right number of this kind."""

    def explained(self, day: date) -> str:
        """Name, make-up, authority and law of the kind, as they stood on ``day``, for people."""
        laws = [str(law) for law in self.laws if law.holds_on(day)] or [str(self.laws[-1])]
        used = f"；{self.valid_to}后不再使用" if self.valid_to else ""
        doubt = "" if self.sure else "；格式未经核实，仅供参考"
        return f"{self.name}（{self.form}{used}{doubt}），{self.authority}，{'、'.join(laws)}"

    @model_validator(mode="after")
    def _patterns_compile(self) -> Self:
        for text in (self.pattern, self.stem):
            try:
                re.compile(text.replace("{P}", "X"))
            except re.error as error:
                raise ValueError(f"{self.kind}: {text!r} is no pattern: {error}") from None
        return self


class NumberTable(Written):
    """Every number kind, and the region digits of each province's short name."""

    kinds: Annotated[tuple[NumberKind, ...], Field(min_length=1)]
    provinces: Mapping[str, str]

    @model_validator(mode="after")
    def _kinds_once(self) -> Self:
        seen = [kind.kind for kind in self.kinds]
        twice = sorted({kind for kind in seen if seen.count(kind) > 1})
        if twice:
            raise ValueError(f"kinds given twice: {twice}")
        return self


class Need(Written):
    """One permit of a category: any slot of ``one_of``, by a number that matches ``number`` if given."""

    one_of: Annotated[Words, Field(min_length=1)]
    number: str = ""


class CategoryNeeds(Written):
    """Permits without which goods of ``category`` may not be sold, and since when."""

    category: Word
    title: Word
    valid_from: date | None = None
    all_of: Annotated[tuple[Need, ...], Field(min_length=1)]


class NeedsTable(Written):
    """Categories that need a permit; any other needs none."""

    needs: tuple[CategoryNeeds, ...]

    @cached_property
    def by_category(self) -> dict[str, CategoryNeeds]:
        """Needs of each category."""
        return {need.category: need for need in self.needs}

    def of(self, categories: Iterable[str], day: date) -> tuple[Need, ...]:
        """Every permit that a shop with these categories needs on ``day``, each once."""
        known = (self.by_category.get(each) for each in categories)
        asked = (each for each in known if each and (each.valid_from or day) <= day)
        found = [need for each in asked for need in each.all_of]
        return tuple(each for at, each in enumerate(found) if each not in found[:at])


class Item(Written):
    """One thing that a display shows of a licence 公示事项, and the labels that it stands behind."""

    item: Word
    title: Word
    english: Word
    words: Annotated[Words, Field(min_length=1)]


class OperatorKind(Written):
    """What operators of one kind show, and how the kind is known by code, register or name."""

    kind: Word
    title: Word
    english: Word
    codes: Words = ()
    types: str = ""
    names: str = ""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class Duties(Written):
    """What the law asks of a display, and since when 公示义务."""

    listed: Law
    """Lists what operators show, and asks for address and contact beside a declaration."""
    permits_shown: Law
    """Makes every seller show its permits."""
    registration: Law
    """Makes every seller register, or declare why not."""
    natural_persons: Law
    """Let natural persons sell without, before that."""
    small_turnover: Law
    """Sets the turnover up to which trade is small 零星小额."""
    operators: Annotated[tuple[OperatorKind, ...], Field(min_length=1)]

    def kind(self, name: str) -> OperatorKind:
        """The kind of this name."""
        return next(each for each in self.operators if each.kind == name)

    def kind_of(self, code: str, registered_type: str, name: str) -> OperatorKind | None:
        """The kind of an operator by its register row, else its number, else its name; ``None``: unknown."""
        found = (
            next((e for e in self.operators if e.types and re.search(e.types, registered_type)), None)
            if registered_type
            else None
        )
        by_code = next((each for each in self.operators if code[:2] in each.codes), None)
        folded = name.replace("（", "(").replace("）", ")").strip()
        by_name = (each for each in self.operators if each.names and re.search(f"{each.names}$", folded))
        return found or (by_code if len(code) == 18 else None) or next(by_name, None)


class Exemption(Written):
    """One of the four self-declarations 自我声明, and categories that contradict it."""

    code: Word
    words: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    not_with: Words = ()


class RoleShape(Written):
    """Role words made of two parts: every ``doing`` with every ``doer``."""

    doing: Annotated[Words, Field(min_length=1)]
    doer: Annotated[Words, Field(min_length=1)]


class LicensingWords(Written):
    """Words of labels, roles, links and declarations; see the comments in ``words.yaml``."""

    number_labels: Words
    name_labels: Words
    not_name_labels: Words
    name_forms: Words
    other_names: Words
    behind_names: Words
    told_by: Words
    renamed: Words
    headings: Words
    roles: Mapping[str, Words]
    role_shapes: Mapping[Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")], RoleShape] = {}
    not_roles: Words
    heading_ends: Words
    kinds_of: Words
    sought: Words
    sold_by: Words
    not_a_number: Words
    links: Words
    about_links: Words
    link_addresses: Words
    public_mark: Pattern
    pending: Words
    exemptions: tuple[Exemption, ...]
    exempt_claims: tuple[Pattern, ...]
    quoted_rule: Words
    made_by: Words
    told_of: Words
    declares: Words
    not_ours: Words
    no_company: Pattern
    turnover: Words
    company_suffix: Pattern
    operator_suffix: Pattern
    company_shops: Words
    licence_titles: Words
    other_certificates: Words
    expanders: Words

    def is_pending(self, text: str) -> bool:
        """Whether ``text`` holds the place of a value 暂无: 无 alone is no name, 无锡某某公司 is one."""
        return any(text == word or (len(word) > 1 and text.startswith(word)) for word in self.pending)


@dataclass(frozen=True)
class LicensingRules:
    """Everything that the licence engine is told, and the digest of the files it was read from."""

    table: NumberTable
    needs: NeedsTable
    words: LicensingWords
    duties: Duties
    digest: str


def parse_licensing(numbers: str, needs: str, words: str, duties: str) -> LicensingRules:
    """The files of ``rules/licensing/`` from their YAML texts.

    Raises:
        RulePackError: names the file and the key.
    """
    digest = hashlib.sha256(
        "\x1e".join((numbers, needs, words, duties)).encode("utf-8", "surrogatepass")
    ).hexdigest()
    return LicensingRules(
        table=_parse(numbers, "numbers.yaml", NumberTable),
        needs=_parse(needs, "needs.yaml", NeedsTable),
        words=_parse(words, "words.yaml", LicensingWords),
        duties=_parse(duties, "duties.yaml", Duties),
        digest=digest,
    )


def _parse(text: str, name: str, model: type[Model]) -> Model:
    file = f"rules/licensing/{name}"
    try:
        data = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise RulePackError(f"{file}: not valid YAML: {error}") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RulePackError(f"{file}: {where}: {first['msg']}") from None


def load_licensing() -> LicensingRules:
    """The shipped files of ``rules/licensing/``."""
    texts = []
    for name in ("numbers.yaml", "needs.yaml", "words.yaml", "duties.yaml"):
        try:
            texts.append((HERE / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, UnicodeDecodeError) as error:
            raise RulePackError(f"rules/licensing/{name}: {error}; install the product again") from None
    return parse_licensing(*texts)
