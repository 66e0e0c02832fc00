"""Checks on rule files that parse 规则体检: what a person would regret after the rule has gone out."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator

from rules.catalogue import Catalogue
from rules.engine_rules import ReviewRule
from rules.pack_rule import PackRule
from rules.packs import Problem, RulePacks
from rules.term_rules import TermRule

_CATALOGUE = "rules/catalogue.yaml"
_LEAST_EXAMPLES = 2


def lint(catalogue: Catalogue, packs: RulePacks) -> list[Problem]:
    """Faults of a catalogue and its packs, in file order; empty when there is nothing to do.

    Looks for codes that two rules share or that the catalogue lacks, rules without law on the catalogue's
    day, too few examples, terms given twice, terms and allowed phrases that can have no effect, and terms
    that another rule calls innocent.
    """
    problems = list(packs.problems)
    problems.extend(_catalogue_problems(catalogue))
    problems.extend(_code_problems(catalogue, packs))
    for rule in packs.every:
        problems.extend(_example_problems(rule, packs))
    for term_rule in packs.texts():
        problems.extend(_term_problems(term_rule, packs))
    problems.extend(_shadowed_terms(packs))
    return sorted(problems, key=lambda problem: (problem.file, problem.line))


def _at(packs: RulePacks, code: str, message: str) -> Problem:
    file, line = packs.lines.get(code, ("rules", 1))
    return Problem(file, line, message, code)


def _catalogue_problems(catalogue: Catalogue) -> Iterator[Problem]:
    for rule in catalogue:
        if not catalogue.basis_on(rule.code, catalogue.as_of):
            message = f"no basis in force on {catalogue.as_of}; add the law that holds, or correct its dates"
            yield Problem(_CATALOGUE, 1, message, rule.code)


def _code_problems(catalogue: Catalogue, packs: RulePacks) -> Iterator[Problem]:
    seen: set[str] = set()
    for rule in packs.every:
        if rule.code not in catalogue:
            yield _at(packs, rule.code, "not a code of rules/catalogue.yaml; add it there first")
        if rule.code in seen:
            yield _at(packs, rule.code, "given by two rules; merge them")
        seen.add(rule.code)


def _example_problems(rule: PackRule, packs: RulePacks) -> Iterator[Problem]:
    examples = getattr(rule, "examples", None)
    if examples is None and isinstance(rule, ReviewRule):
        return
    for name in ("flagged", "clean"):
        if len(getattr(examples, name, ())) < _LEAST_EXAMPLES:
            yield _at(packs, rule.code, f"fewer than {_LEAST_EXAMPLES} {name} examples; write more")


def _term_problems(rule: TermRule, packs: RulePacks) -> Iterator[Problem]:
    match = rule.match
    every = dict.fromkeys(match.every_term)
    lists = {
        "sure": match.sure,
        "terms": match.terms,
        "slang": match.slang,
        "foreign": match.foreign,
        "weak": match.weak,
    }
    for name, terms in (*lists.items(), ("allowed", match.allowed)):
        for term in sorted(term for term, count in Counter(terms).items() if count > 1):
            yield _at(packs, rule.code, f"{name}: {term!r} stands there twice; delete one")
    for term in every:
        if not any(unicodedata.category(c)[0] in "LN" for c in term):
            yield _at(
                packs, rule.code, f"term {term!r} has no letter or digit, so nothing is left to look for"
            )
        if term in match.allowed:
            yield _at(packs, rule.code, f"{term!r} is both a term and allowed; it never fires")
    keys = [_key(term) for term in every]
    for phrase in match.allowed:
        folded = _key(phrase)
        if not any(key in folded for key in keys):
            yield _at(packs, rule.code, f"allowed {phrase!r} contains no term of this rule; delete it")


def _shadowed_terms(packs: RulePacks) -> Iterator[Problem]:
    """Terms that another rule calls innocent: one of the two is wrong, or both need a context."""
    allowed: dict[str, list[str]] = defaultdict(list)
    for rule in packs.texts():
        for phrase in rule.match.allowed:
            allowed[_key(phrase)].append(rule.code)
    for rule in packs.texts():
        for term in (*rule.match.sure, *rule.match.terms, *rule.match.slang):
            others = [code for code in allowed.get(_key(term), ()) if code != rule.code]
            if others:
                message = f"term {term!r} is an allowed phrase of {', '.join(others)}; decide which is right"
                yield _at(packs, rule.code, message)


def _key(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace(" ", "")
