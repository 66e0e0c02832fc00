"""Recall by kind of disguise: ``python -m bench.disguise [--seed N]``.

Violating listings are put together from terms of the packs and from wordings that were written without a look
at them (``bench/data/slang.yaml``), and each is disguised in every way a seller has. A way is applied to the
term alone, with chance choosing the characters; the plain texts are the base line. ``--show KIND`` prints
what was missed.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from bench.fresh_text import found_by
from detectors.wording import WordingDetector
from domain.subjects import Listing
from rules.characters import READINGS, VARIANTS
from rules.loader import load_catalogue, load_packs
from rules.packs import RulePacks
from rules.term_rules import Disguises

HERE = Path(__file__).parent
SEED = 20261111
FRAMES = ("{}", "出{}，看图联系", "{} 现货 需要的来", "自用多余，{}，价格可谈")
# Listings of each code that are drawn from its own terms.
_EACH = 12
_LETTERS = dict(zip("abcehikmnoprstuvwxyz", "аЬсеһіκмпорrѕтυνwхуz", strict=True))
_DIGITS = dict(zip("0123456789", "⓪①②③④⑤⑥⑦⑧⑨", strict=True))
_NOISE = "*·~_-|^.#/"

Disguise = Callable[[str, random.Random], str]
"""A term and chance in, its disguised spelling out; the term itself where the way does not apply."""


def main() -> None:
    """Prints recall by way of disguise, own terms and other wordings apart."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", default="", help="missed texts of this way of disguise")
    arguments = parser.parse_args()
    catalogue = load_catalogue()
    packs = load_packs(catalogue)
    detector = WordingDetector(packs, catalogue)
    bodies = {"terms of the packs": own_terms(packs, arguments.seed), "other wordings": other_wordings()}
    ways = disguises(packs.disguises)
    if arguments.show:
        for way, text in _missed(detector, bodies, {arguments.show: ways[arguments.show]}, arguments.seed):
            print(way, text)
        return
    print(json.dumps(measure(detector, bodies, ways, arguments.seed), ensure_ascii=False, indent=1))


def own_terms(packs: RulePacks, seed: int) -> list[tuple[str, str]]:
    """Code and term: a few of every text rule's surest terms, drawn by chance."""
    chance = random.Random(seed)  # noqa: S311 - repeatable texts, no secret
    drawn = []
    for rule in packs.texts():
        terms = [term for term in (*rule.match.sure, *rule.match.terms) if _is_han(term) and len(term) > 1]
        drawn += [(rule.code, term) for term in chance.sample(terms, min(_EACH, len(terms)))]
    return drawn


def other_wordings() -> list[tuple[str, str]]:
    """Code and wording that was written without a look at the packs."""
    listed = yaml.safe_load((HERE / "data" / "slang.yaml").read_text(encoding="utf-8"))
    return [(code, text) for code, texts in listed.items() for text in texts]


def measure(
    detector: WordingDetector,
    bodies: Mapping[str, Sequence[tuple[str, str]]],
    ways: Mapping[str, Disguise],
    seed: int,
) -> dict[str, object]:
    """Share of texts found under their code, by body and way; only texts that the way changes count."""
    answers: dict[str, object] = {}
    for name, body in bodies.items():
        plain = {
            (code, term)
            for code, term, text in _texts(body, lambda t, _: t, seed)
            if _hit(detector, code, text)
        }
        rows: dict[str, str] = {"plain": _share(len(plain), len(body))}
        for way, disguise in ways.items():
            tried = [(c, term, text) for c, term, text in _texts(body, disguise, seed) if term not in text]
            hits = sum(_hit(detector, code, text) for code, _, text in tried)
            rows[way] = _share(hits, len(tried))
        answers[name] = rows
    return answers


def _share(hits: int, of: int) -> str:
    return f"{hits} / {of} = {hits / max(1, of):.2f}"


def _missed(
    detector: WordingDetector,
    bodies: Mapping[str, Sequence[tuple[str, str]]],
    ways: Mapping[str, Disguise],
    seed: int,
) -> Iterator[tuple[str, str]]:
    for body in bodies.values():
        for way, disguise in ways.items():
            for code, term, text in _texts(body, disguise, seed):
                if term not in text and not _hit(detector, code, text):
                    yield f"{way} {code} {term}", text


def _texts(body: Sequence[tuple[str, str]], disguise: Disguise, seed: int) -> Iterator[tuple[str, str, str]]:
    chance = random.Random(seed)  # noqa: S311 - repeatable texts, no secret
    for at, (code, term) in enumerate(body):
        yield code, term, FRAMES[at % len(FRAMES)].format(disguise(term, chance))


def _hit(detector: WordingDetector, code: str, text: str) -> bool:
    return code in found_by(detector, Listing(platform="bench", item_id=text, url="", title=text))


# ---------------------------------------------------------------- ways of disguise


def disguises(tables: Disguises) -> dict[str, Disguise]:
    """Every way of disguise by its name."""
    pictures = _turned({name: picture for picture, names in tables.pictures.items() for name in names[:1]})
    apart = _turned({whole: parts for parts, whole in tables.apart.items()})
    shapes = _turned({plain: odd for odd, plain in tables.shapes.items()})
    return {
        "full width, circled, look-alike letters": _letters,
        "traditional": _traditional,
        "spaces": lambda term, chance: " ".join(term),
        "marks between": lambda term, chance: chance.choice(_NOISE).join(term),
        "one mark inside": _one_mark,
        "zero width": lambda term, chance: "\u200b".join(term),
        "emoji between": lambda term, chance: chance.choice("✨❤🔥🌟").join(term),
        "homophone, one character": lambda term, chance: _swap(term, chance, _homophone, 1),
        "homophone, two characters": lambda term, chance: _swap(term, chance, _homophone, 2),
        "pinyin, one character": lambda term, chance: _swap(term, chance, _pinyin, 1),
        "pinyin, all": lambda term, chance: "".join(_pinyin(c, chance) for c in term),
        "initial, one character": lambda term, chance: _swap(term, chance, _initial, 1),
        "initials, all but one": lambda term, chance: _swap(term, chance, _initial, len(term) - 1),
        "initials, all": lambda term, chance: "".join(_initial(c, chance) for c in term),
        "emoji for a character": pictures,
        "taken apart": apart,
        "look-alike character": shapes,
        "upright, a character a line": lambda term, chance: "\n".join(term),
        "turned round": lambda term, chance: term[::-1],
    }


def _is_han(term: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in term)


@cache
def _syllables() -> dict[str, str]:
    return {character: syllable for syllable, characters in READINGS.items() for character in characters}


@cache
def _traditional_of() -> dict[str, str]:
    return {
        plain: odd for odd, plain in zip(VARIANTS[::2], VARIANTS[1::2], strict=True) if _is_han(odd + plain)
    }


def _swap(term: str, chance: random.Random, change: Callable[[str, random.Random], str], number: int) -> str:
    """``number`` characters of a term changed, if it is longer than that."""
    if len(term) <= number or number < 1:
        return term
    chosen = set(chance.sample(range(len(term)), number))
    return "".join(change(c, chance) if at in chosen else c for at, c in enumerate(term))


def _homophone(character: str, chance: random.Random) -> str:
    syllable = _syllables().get(character, "")
    others = [other for other in READINGS.get(syllable, "")[:40] if other != character]
    return chance.choice(others) if others else character


def _pinyin(character: str, chance: random.Random) -> str:
    return _syllables().get(character, character)


def _initial(character: str, chance: random.Random) -> str:
    return _syllables().get(character, character)[:1]


def _letters(term: str, chance: random.Random) -> str:
    return "".join(_DIGITS.get(c, _LETTERS.get(c, c)) for c in term)


def _traditional(term: str, chance: random.Random) -> str:
    return "".join(_traditional_of().get(c, c) for c in term)


def _one_mark(term: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(term)) if len(term) > 1 else 0
    return term[:at] + chance.choice(_NOISE) + term[at:] if at else term


def _turned(table: Mapping[str, str]) -> Disguise:
    """Replaces the first part of a term that the table knows."""
    by_length: dict[int, list[str]] = defaultdict(list)
    for name in table:
        by_length[len(name)].append(name)
    names = [name for length in sorted(by_length, reverse=True) for name in by_length[length]]

    def disguise(term: str, chance: random.Random) -> str:
        for name in names:
            if name in term and len(term) > len(name):
                return term.replace(name, table[name], 1)
        return term

    return disguise


if __name__ == "__main__":
    main()
