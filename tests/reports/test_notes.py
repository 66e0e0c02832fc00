"""Every note has a sentence in both languages, made of the same values."""

import re
from string import Formatter

import pytest

from domain.notes import Note, NoteCode, note
from domain.problems import BY_CODE
from domain.run import RunState
from domain.target import Outcome, PageKind, Reason
from reports.health import Health
from reports.labels import LABELS, LANGUAGES, REASONS, reason_name
from reports.notes import NAMED, sentences, told
from tests.reports.wording import english_in


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_sentences_are_those_of_the_codes():
    assert set(sentences()) == {code.value for code in NoteCode} | set(BY_CODE)


@pytest.mark.parametrize("code", NoteCode)
def test_every_note_says_the_same_values_in_both_languages(code: NoteCode):
    known = sentences()[code]
    assert set(known) == set(LANGUAGES)
    assert places(known["zh"]) == places(known["en"])
    values = {name: "price" if name in NAMED else 7 for name in places(known["zh"])}
    chinese, english = (told(language, note(code, **values)) for language in ("zh", "en"))
    assert not english_in(chinese)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)


def test_texts_of_strangers_in_a_note_are_not_read_as_places():
    assert "“{count.__class__}”" in told(
        "zh", note(NoteCode.WORD_EXCLUDED, stratum="a", word="{count.__class__}", count=1)
    )


def test_notes_of_other_releases_are_shown_as_they_are():
    assert told("zh", "the frame is cut: each search may turn 3 pages") == (
        "the frame is cut: each search may turn 3 pages"
    )
    assert told("zh", Note("brand-new", {"pages": 3})) == "brand-new pages=3"


def test_every_reason_has_a_name_in_both_languages():
    assert set(REASONS) == {reason.value for reason in Reason}
    assert [reason_name(language, "captcha") for language in LANGUAGES] == ["验证码", "CAPTCHA"]
    assert reason_name("zh", "brand_new") == "brand_new"


def test_words_that_notes_and_tables_name_have_a_label():
    assert {word.value for kind in (PageKind, Health, RunState, Outcome) for word in kind} <= set(LABELS)
