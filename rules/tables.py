"""Makes the character tables and the list of ordinary words: ``python -m rules.tables``, at build time only.

Needs the packages OpenCC (traditional and Japanese forms), pypinyin (readings) and jieba (word frequencies);
the product itself needs none of them. Run it again when one of them has a new release, and look at the diff.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
_HAN = range(0x4E00, 0xA000)
_LINE = 48
# Frequencies in jieba's dictionary from which a word counts as ordinary, by its length.
_PLAIN_WORD = {2: 60, 3: 40, 4: 40}
_PLAIN_CHARACTER = 6000

# Letters of other scripts that look like Latin ones; NFKC leaves them alone.
_LETTERS = {
    "АВЕКМНОРСТУХаеорсухіјѕԁԛԝв": "abekmhopctyxaeopcyxijsdqwb",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχω": "abezhikmnoptyxabeiknoptyxw",
    "ɑɡɩʋʏɪɴʀⅼ": "agiuyinrl",
}
# First code point of a run of drawn digits or letters that NFKC leaves alone.
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_DRAWN = {
    0x2776: "123456789",
    0x2780: "123456789",
    0x278A: "123456789",
    0x1F150: _ALPHABET,
    0x1F170: _ALPHABET,
    0x1F1E6: _ALPHABET,
}


def variant_characters() -> dict[str, str]:
    """Variant spelling to plain character: traditional, Japanese and look-alike forms 异体字."""
    import opencc

    to_simplified = opencc.OpenCC("t2s")
    to_traditional = opencc.OpenCC("jp2t")
    found = {}
    for code in _HAN:
        character = chr(code)
        plain = to_simplified.convert(character)
        if plain == character:
            plain = to_simplified.convert(to_traditional.convert(character))
        if len(plain) == 1 and plain != character:
            found[character] = plain
    for odd, plain_letters in _LETTERS.items():
        found.update(zip(odd.casefold(), plain_letters, strict=True))
    for first, letters in _DRAWN.items():
        found.update({chr(first + at): letter for at, letter in enumerate(letters)})
    return found


def readings(variants: Iterable[str]) -> dict[str, str]:
    """Toneless syllable to the characters that are read so 拼音, each under its first reading."""
    from pypinyin import Style, lazy_pinyin

    skipped = set(variants)
    found: dict[str, list[str]] = defaultdict(list)
    for code in _HAN:
        character = chr(code)
        if character in skipped:
            continue
        found_syllables = lazy_pinyin(character, style=Style.NORMAL, errors="ignore")
        plain = "".join(found_syllables).replace("ü", "v").replace("ê", "e")
        if plain.isascii() and plain.isalpha():
            found[plain].append(character)
    return {syllable: "".join(found[syllable]) for syllable in sorted(found)}


def ordinary_words() -> tuple[list[str], str]:
    """Words of two to four characters that ordinary text uses, and characters that stand alone in it."""
    import jieba

    words, alone = [], []
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, count, _tag = line.decode("utf-8").split(" ", 2)
            if not all(unicodedata.category(character) == "Lo" for character in word):
                continue
            if len(word) == 1 and int(count) >= _PLAIN_CHARACTER:
                alone.append(word)
            if int(count) >= _PLAIN_WORD.get(len(word), 10**9):
                words.append(word)
    return sorted(words), "".join(sorted(alone))


def _pieces(text: str) -> Iterator[str]:
    yield from (text[at : at + _LINE] for at in range(0, len(text), _LINE))


def characters_module() -> str:
    """Text of ``rules/characters.py``."""
    variants = variant_characters()
    lines = [
        '"""Character tables, made by ``python -m rules.tables``; not written by hand.',
        "",
        "``VARIANTS``: pairs of a variant and its plain character. ``READINGS``: syllable to characters.",
        '"""',
        "",
        "# ruff: noqa: E501",
        "# fmt: off",
        "VARIANTS = (",
        *(f'    "{piece}"' for piece in _pieces("".join(odd + plain for odd, plain in variants.items()))),
        ")",
        "READINGS = {",
    ]
    for syllable, characters in readings(variants).items():
        pieces = list(_pieces(characters))
        if len(pieces) == 1:
            lines.append(f'    "{syllable}": "{pieces[0]}",')
        else:
            lines += [f'    "{syllable}": (', *(f'        "{piece}"' for piece in pieces), "    ),"]
    return "\n".join([*lines, "}", "# fmt: on", ""])


def main() -> None:
    """Writes both files anew."""
    (HERE / "characters.py").write_text(characters_module(), encoding="utf-8")
    words, alone = ordinary_words()
    (HERE / "ordinary_words.txt").write_text("\n".join([alone, *words, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
