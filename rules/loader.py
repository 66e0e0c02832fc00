"""The one place that reads rule files 规则加载: text is parsed by pure functions, files are opened only here.

A broken rule stops loading, since judging with half a catalogue would look like "no violation". The message
names file and line and says what to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from domain.errors import RulePackError
from rules.catalogue import Basis, Catalogue, CatalogueRule
from rules.categories import Category, CategoryTree
from rules.engine_rules import LicenceRule, PriceRule, ReviewRule
from rules.local import load_local, with_local
from rules.pack_rule import PackRule
from rules.packs import TEXT_KINDS, Problem, RulePacks
from rules.promotions import Promotion, Promotions
from rules.source import Source, name_of, parse_source, read_text, validate
from rules.term_rules import Contexts, Disguises, OrdinaryWords, TermRule
from rules.written import expand, near

HERE = Path(__file__).parent
MODELS: Mapping[str, type[PackRule]] = dict.fromkeys(TEXT_KINDS, TermRule) | {
    "licence": LicenceRule,
    "reviews": ReviewRule,
    "pricing": PriceRule,
}
"""Folder under ``rules/`` to the model of its rules."""

WordLists = Mapping[str, tuple[str, ...]]
"""Lists of words that packs name as ``@name``."""
Named = TypeVar("Named", CatalogueRule, Category, Promotion)


# ---------------------------------------------------------------- parsing text


def _entries(source: Source, key: str) -> Iterator[tuple[int, object]]:
    found = source.data.get(key)
    if not isinstance(found, list):
        raise source.fail(f"expected a list under {key!r}; found {type(found).__name__}", key)
    yield from enumerate(found)


def _only_keys(source: Source, *known: str) -> None:
    for key in source.data:
        if key not in known:
            raise source.fail(f"unknown key {key!r}; known: {', '.join(known)}", str(key))


def _by_code(source: Source, key: str, model: type[Named]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for index, value in _entries(source, key):
        entry = validate(source, model, value, key, index)
        if entry.code in found:
            raise source.fail(f"code {entry.code} is given twice; codes are never reused", key, index)
        found[entry.code] = entry
    return found


def parse_catalogue(text: str, file: str = "rules/catalogue.yaml") -> Catalogue:
    """The catalogue from its YAML text.

    Raises:
        RulePackError: names file and line.
    """
    source = parse_source(text, file)
    _only_keys(source, "as_of", "laws", "rules")
    as_of = source.data.get("as_of")
    if not isinstance(as_of, date):
        raise source.fail("expected as_of: YYYY-MM-DD, the day of the state of the law", "as_of")
    began = source.data.get("laws", {})
    if not isinstance(began, dict) or not all(isinstance(day, date) for day in began.values()):
        raise source.fail("expected laws: name of the law to its first day, YYYY-MM-DD", "laws")
    rules = {
        code: rule.model_copy(update={"basis": tuple(_since(basis, began) for basis in rule.basis)})
        for code, rule in _by_code(source, "rules", CatalogueRule).items()
    }
    return Catalogue(as_of=as_of, rules=MappingProxyType(rules))


def _since(basis: Basis, began: Mapping[str, date]) -> Basis:
    """The basis with the first day of its law, where its own line gives none."""
    day = began.get(basis.law)
    return basis.model_copy(update={"valid_from": day}) if day and not basis.valid_from else basis


def parse_categories(text: str, file: str = "rules/categories.yaml") -> CategoryTree:
    """The category tree from its YAML text; parents stand before their children.

    Raises:
        RulePackError: names file and line.
    """
    source = parse_source(text, file)
    _only_keys(source, "categories")
    found = _by_code(source, "categories", Category)
    seen: set[str] = set()
    for index, category in enumerate(found.values()):
        if category.parent and category.parent not in seen:
            hint = near(category.parent, found)
            message = f"{category.code}: parent {category.parent!r} must stand above it{hint}"
            raise source.fail(message, "categories", index, "parent")
        seen.add(category.code)
    return CategoryTree(categories=MappingProxyType(found))


def parse_promotions(text: str, file: str = "rules/promotions.yaml") -> Promotions:
    """Promotion peaks and lunar days from their YAML text.

    Raises:
        RulePackError: names file and line.
    """
    source = parse_source(text, file)
    _only_keys(source, "promotions", "lunar_anchors")
    peaks = _by_code(source, "promotions", Promotion)
    anchors = source.data.get("lunar_anchors")
    if not isinstance(anchors, dict):
        raise source.fail("expected lunar_anchors: year to festival to date", "lunar_anchors")
    for year, days in anchors.items():
        for festival, day in days.items():
            if not isinstance(day, date) or day.year != year:
                raise source.fail(f"{festival} {year}: expected a date of that year", "lunar_anchors", year)
    return Promotions(peaks=MappingProxyType(peaks), anchors=MappingProxyType(anchors))


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack file: its rules with their lines, shared contexts, and what was wrong in it."""

    file: str
    kind: str
    digest: str
    rules: tuple[tuple[PackRule, int], ...]
    contexts: Contexts
    problems: tuple[Problem, ...]


def parse_pack(
    text: str,
    file: str,
    kind: str,
    catalogue: Catalogue,
    *,
    lists: WordLists | None = None,
    skip_broken: bool = False,
) -> Pack:
    """One rule pack from its YAML text.

    Args:
        text: the file's content.
        file: its name, for messages and provenance.
        kind: folder under ``rules/``, which says what model its rules have.
        catalogue: every code must be in it.
        lists: word lists that the file may name.
        skip_broken: leave broken rules out and report them, in place of raising.

    Raises:
        RulePackError: names file and line; with ``skip_broken`` only when no rule can be told from another.
    """
    source = parse_source(text, file)
    _only_keys(source, "rules", "contexts")
    contexts = validate(source, Contexts, source.data.get("contexts", {}), "contexts", lists=lists)
    rules: list[tuple[PackRule, int]] = []
    problems: list[Problem] = []
    for index, value in _entries(source, "rules"):
        line = source.line("rules", index)
        try:
            rules.append((_known_rule(source, MODELS[kind], value, index, catalogue, lists), line))
        except RulePackError as error:
            if not skip_broken:
                raise
            problems.append(_problem_of(error, source, value))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Pack(file, kind, digest, tuple(rules), contexts, tuple(problems))


def _known_rule(
    source: Source,
    model: type[PackRule],
    value: object,
    index: int,
    catalogue: Catalogue,
    lists: WordLists | None,
) -> PackRule:
    rule = validate(source, model, value, "rules", index, lists=lists)
    if rule.code not in catalogue:
        hint = near(rule.code, catalogue.rules)
        raise source.fail(f"{rule.code}: not a code of rules/catalogue.yaml{hint}", "rules", index, "code")
    return rule


def _problem_of(error: RulePackError, source: Source, value: object) -> Problem:
    line, _, message = str(error).removeprefix(f"{source.file}:").partition(": ")
    code = name_of(value).removesuffix(": ")
    return Problem(source.file, int(line), message.removeprefix(f"{code}: "), code)


def assemble(
    packs: Sequence[Pack],
    *,
    disguises: Disguises | None = None,
    ordinary: OrdinaryWords | None = None,
    skip_broken: bool = False,
) -> RulePacks:
    """Packs put together; a code belongs to one rule.

    Raises:
        RulePackError: two rules have one code.
    """
    kept: dict[str, list[PackRule]] = {kind: [] for kind in MODELS}
    origins: dict[str, str] = {}
    lines: dict[str, tuple[str, int]] = {}
    problems = [problem for pack in packs for problem in pack.problems]
    for pack in packs:
        for rule, line in pack.rules:
            if rule.code in lines:
                file, first = lines[rule.code]
                twice = Problem(pack.file, line, f"also at {file}:{first}; merge the two rules", rule.code)
                if not skip_broken:
                    raise RulePackError(str(twice))
                problems.append(twice)
                continue
            kept[pack.kind].append(rule)
            origins[rule.code] = f"{pack.file.removeprefix('rules/')}@{pack.digest[:12]}"
            lines[rule.code] = (pack.file, line)
    return RulePacks(
        prohibited=tuple(rule for rule in kept["prohibited"] if isinstance(rule, TermRule)),
        advertising=tuple(rule for rule in kept["advertising"] if isinstance(rule, TermRule)),
        terms=tuple(rule for rule in kept["terms"] if isinstance(rule, TermRule)),
        licence=tuple(rule for rule in kept["licence"] if isinstance(rule, LicenceRule)),
        reviews=tuple(rule for rule in kept["reviews"] if isinstance(rule, ReviewRule)),
        pricing=tuple(rule for rule in kept["pricing"] if isinstance(rule, PriceRule)),
        contexts=MappingProxyType(
            {kind: _merged(pack.contexts for pack in packs if pack.kind == kind) for kind in TEXT_KINDS}
        ),
        disguises=disguises or Disguises(),
        ordinary=ordinary or OrdinaryWords(),
        origins=MappingProxyType(origins),
        lines=MappingProxyType(lines),
        problems=tuple(problems),
        digest=_digest_of(packs),
    )


def _merged(parts: Iterator[Contexts]) -> Contexts:
    every = list(parts)
    return Contexts(
        **{
            name: tuple(dict.fromkeys(word for part in every for word in getattr(part, name)))
            for name in Contexts.model_fields
        }
    )


def _digest_of(packs: Sequence[Pack]) -> str:
    whole = hashlib.sha256()
    for pack in sorted(packs, key=lambda pack: pack.file):
        whole.update(f"{pack.file}\x1f{pack.digest}\x1e".encode())
    return whole.hexdigest()


# ---------------------------------------------------------------- reading files

Parsed = TypeVar("Parsed")


def _load(name: str, parse: Callable[[str, str], Parsed]) -> Parsed:
    file = f"rules/{name}"
    return parse(read_text(HERE / name, file), file)


def load_catalogue() -> Catalogue:
    """The shipped catalogue ``rules/catalogue.yaml``."""
    return _load("catalogue.yaml", parse_catalogue)


def load_categories() -> CategoryTree:
    """The shipped category tree ``rules/categories.yaml``."""
    return _load("categories.yaml", parse_categories)


def load_promotions() -> Promotions:
    """The shipped promotion calendar ``rules/promotions.yaml``."""
    return _load("promotions.yaml", parse_promotions)


def parse_lists(text: str, file: str = "rules/lists.yaml") -> WordLists:
    """Word lists from their YAML text; a list may name lists that stand above it.

    Raises:
        RulePackError: names file and line.
    """
    source = parse_source(text, file)
    lists: dict[str, tuple[str, ...]] = {}
    for name, words in source.data.items():
        if not isinstance(words, list):
            raise source.fail(f"{name}: expected a list of words; found {type(words).__name__}", name)
        try:
            lists[name] = tuple(dict.fromkeys(word for term in words for word in expand(str(term), lists)))
        except ValueError as error:
            raise source.fail(f"{name}: {error}", name) from None
    return lists


def parse_disguises(text: str, file: str = "rules/disguises.yaml") -> Disguises:
    """Pictures, split characters and look-alikes from their YAML text.

    Raises:
        RulePackError: names file and line.
    """
    source = parse_source(text, file)
    return validate(source, Disguises, source.data)


def parse_ordinary_words(text: str, more: Iterable[str] = ()) -> OrdinaryWords:
    """The list that ``rules.tables`` made: characters that stand alone in the first line, then a word a line.

    ``more``: words that the list is too old for.
    """
    alone, *words = text.split()
    return OrdinaryWords(words=frozenset((*words, *more)), alone=frozenset(alone))


def parse_uncovered(text: str, catalogue: Catalogue, file: str = "rules/uncovered.yaml") -> dict[str, str]:
    """Code to the reason why no text rule covers it.

    Raises:
        RulePackError: names file and line; a code is unknown or given twice.
    """
    source = parse_source(text, file)
    reasons: dict[str, str] = {}
    for reason, codes in source.data["uncovered"].items():
        for code in codes:
            if code not in catalogue or code in reasons:
                raise source.fail(f"{code}: given twice, or not in the catalogue", "uncovered", reason)
            reasons[code] = reason
    return reasons


def load_uncovered(catalogue: Catalogue) -> dict[str, str]:
    """The shipped list of codes that no text rule covers, with reasons."""
    file = "rules/uncovered.yaml"
    return parse_uncovered(read_text(HERE / "uncovered.yaml", file), catalogue, file)


def load_lists() -> WordLists:
    """The shipped word lists ``rules/lists.yaml``."""
    return _load("lists.yaml", parse_lists)


def load_packs(catalogue: Catalogue, *, skip_broken: bool = False) -> RulePacks:
    """The shipped rule packs, in order of their file names, with the words accepted at this installation.

    Args:
        catalogue: every rule's code must be in it.
        skip_broken: leave broken rules out; ``RulePacks.problems`` then names them.

    Raises:
        RulePackError: names file and line.
    """
    packs = []
    words = "ordinary_words.txt"
    lists = load_lists()
    for kind in MODELS:
        for path in sorted((HERE / kind).glob("*.yaml")):
            file = f"rules/{kind}/{path.name}"
            text = read_text(path, file)
            packs.append(parse_pack(text, file, kind, catalogue, lists=lists, skip_broken=skip_broken))
    shipped = assemble(
        packs,
        disguises=_load("disguises.yaml", parse_disguises),
        ordinary=parse_ordinary_words(read_text(HERE / words, f"rules/{words}"), lists.get("ordinary", ())),
        skip_broken=skip_broken,
    )
    return with_local(shipped, load_local())
