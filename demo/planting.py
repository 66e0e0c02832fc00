"""Which listings break which rule 植入, and how a tell-tale word is disguised 变体."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from demo.chance import shuffled, stream
from demo.vocabulary import PlantText, Violation

_MARKED = re.compile(r"\[\[(.+?)\]\]")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@dataclass(frozen=True, slots=True)
class Planned:
    """One text to be worked into one listing."""

    rule: str
    field: str
    text: PlantText
    lookalike: bool
    disguised: bool


def plan(
    violations: list[Violation], by_category: dict[str, list[str]], seed: int
) -> dict[str, list[Planned]]:
    """What to plant in which listing: exact counts per rule and category, at least one violation per rule.

    ``by_category`` has the ids of each category's listings. A listing takes at most one text that replaces
    its title, and then no other.
    """
    planned: dict[str, list[Planned]] = {}
    for violation in violations:
        rng = stream(seed, "plan", violation.rule, violation.field)
        for code, count in _counts(violation, by_category):
            free = [
                each
                for each in shuffled(
                    seed, f"{violation.rule}/{violation.field}/{code}", by_category.get(code, [])
                )
                if not any(_clash(violation.field, other.field) for other in planned.get(each, []))
            ]
            lookalikes = round(count * violation.lookalike_share + 0.499) if violation.lookalikes else 0
            for place, each in enumerate(free[: count + lookalikes]):
                planned.setdefault(each, []).append(_choice(violation, rng, lookalike=place >= count))
    return planned


def _clash(field: str, other: str) -> bool:
    return field == other or "title" in (field, other)


def _counts(violation: Violation, by_category: dict[str, list[str]]) -> list[tuple[str, int]]:
    counts = {
        code: round(part * len(by_category.get(code, ()))) for code, part in violation.prevalence.items()
    }
    if not any(counts.values()):
        largest = max(counts, key=lambda code: len(by_category.get(code, ())))
        counts[largest] = 1
    return [(code, count) for code, count in counts.items() if count]


def _choice(violation: Violation, rng: Random, *, lookalike: bool) -> Planned:
    text = rng.choice(violation.lookalikes if lookalike else violation.texts)
    disguised = not lookalike and text.disguise and rng.random() < violation.disguised
    return Planned(violation.rule, violation.field, text, lookalike, disguised)


def unmarked(text: str, traditional: dict[str, str], rng: Random, *, disguised: bool) -> tuple[str, str]:
    """The text as shown, and the quote in it that its ``[[…]]`` marks.

    >>> unmarked("全新[[象牙]]手串", {}, Random(1), disguised=False)
    ('全新象牙手串', '象牙')
    """
    found = _MARKED.search(text)
    if found is None:
        raise ValueError(f"no [[…]] in {text!r}")
    quote = _disguise(found[1], traditional, rng) if disguised else found[1]
    return text[: found.start()] + quote + text[found.end() :], quote


def _disguise(quote: str, traditional: dict[str, str], rng: Random) -> str:
    ways: list[Callable[[str, Random], str]] = [_separated]
    if any(char in traditional for char in quote):
        ways.append(lambda text, _: "".join(traditional.get(char, char) for char in text))
    if re.search(r"[!-~]", quote):
        ways.append(lambda text, _: text.translate(_FULL_WIDTH))
    return rng.choice(ways)(quote, rng)


def _separated(quote: str, rng: Random) -> str:
    cut = rng.randint(1, max(len(quote) - 1, 1))
    return f"{quote[:cut]}{rng.choice('* ·.-')}{quote[cut:]}"
