"""No word is missing in a language, and none is left over."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from console.pages import HERE, THEMES
from console.reviewing import RejectReason
from console.watching import Phase
from console.words import Language, catalogue, named, preferred, word
from detectors.licensing.model import State
from detectors.registry import NAMES
from domain.account import Role
from domain.cadence import PeakPhase
from domain.finding import Severity, Verdict
from domain.sweep import Allocation, Cadence, CohortFindings, Cut, DesignKind
from domain.target import Outcome, PageKind, TargetState
from storage.review_queue import Status

FAMILIES: dict[str, Iterable[str]] = {
    "severity": Severity,
    "status": Status,
    "verdict": Verdict,
    "phase": Phase,
    "outcome": Outcome,
    "state": TargetState,
    "page": PageKind,
    "role": Role,
    "reject": RejectReason,
    "design": DesignKind,
    "allocation": Allocation,
    "cadence": Cadence,
    "cut": Cut,
    "cohort": CohortFindings,
    "peak": PeakPhase,
    "calendar": ("month", "week"),
    "weekday": tuple("0123456"),
    "mark": ("rest", "work"),
    "detector": NAMES,
    "left_out": ("variant_changed", "other_price_label", "time_without_zone", "without_time"),
    "signal": (
        *("price.compared", "price.raised", "price.during", "price.after"),
        *(
            "rush",
            "silent_rush",
            "low_rush",
            "lift",
            "odd_lift",
            "near_here",
            "copied",
            "stars_up",
            "stars_down",
        ),
        *("one_off", "fast", "offer", "offered_like", "company", "partners", "at_address", "offers"),
        *("gone", "gone_low", "changed", "surprise"),
        *("more_reviews_than_sales", "too_many", "too_few", "outgrown"),
    ),
    "theme": THEMES,
    "subject": ("listing", "shop", "review"),
    "filter": ("status", "rule", "severity", "run", "shop", "subject"),
    "field": (
        *(
            "title",
            "description",
            "attributes_text",
            "promotion",
            "name",
            "page_text",
            "licence_text",
            "text",
        ),
    ),
    "licence_state": tuple(State),
    "licence_field": ("code", "name", "status", "former_names", "permit", "valid_to"),
    "decided": ("confirm", "reject", "unsure"),
    "keys": ("now_on", "now_off", "switch_on", "switch_off"),
    "overview": ("store_embedded", "store_server"),
    "sweep": ("paused", "resumed"),
    "run": ("is_pausing", "is_paused"),
}
"""Words whose keys are put together from a family and a member."""


def keys_in_use() -> set[str]:
    members = {f"{family}.{member!s}" for family, names in FAMILIES.items() for member in names}
    return members | {
        key for text in sources() for key in re.findall(r"[\"']([a-z_]+(?:\.[a-z_]+)?)[\"']", text)
    }


def sources() -> list[str]:
    files: list[Path] = [*HERE.glob("*.py"), *HERE.glob("routers/*.py"), *HERE.glob("templates/*.html")]
    return [file.read_text(encoding="utf-8") for file in files]


@pytest.mark.parametrize("language", list(Language))
def test_every_key_in_use_has_words(language: Language) -> None:
    asked = {key for text in sources() for key in re.findall(r"\bt\([\"']([a-z_.]+)[\"'](?! ~)", text)}
    asked |= {f"{family}.{member!s}" for family, names in FAMILIES.items() for member in names}
    assert len(asked) > 300
    assert sorted(asked - set(catalogue(language))) == []


@pytest.mark.parametrize("language", list(Language))
def test_no_words_are_left_over(language: Language) -> None:
    assert sorted(set(catalogue(language)) - keys_in_use()) == []


def test_both_languages_have_the_same_keys_and_places() -> None:
    chinese, english = (catalogue(language) for language in (Language.CHINESE, Language.ENGLISH))
    assert list(chinese) == list(english)
    for key in chinese:
        places = [sorted(re.findall(r"{\w+(?::g)?}", words[key])) for words in (chinese, english)]
        assert places[0] == places[1], key


def test_english_is_english_and_chinese_is_chinese() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    assert [key for key, words in catalogue(Language.ENGLISH).items() if han.search(words)] == []
    plain = {key for key, words in catalogue(Language.CHINESE).items() if not han.search(words)}
    assert plain == {"list.or"}


def test_values_stand_in_their_places_and_unknown_members_under_their_own_name() -> None:
    assert word(Language.ENGLISH, "undo.done", number=7) == "The decision on #7 was taken back."
    assert named(Language.CHINESE, "outcome", "blocked") == "被拒"
    assert named(Language.CHINESE, "outcome", "brand_new") == "brand_new"


@pytest.mark.parametrize(("asked", "language"), [("en-GB,zh;q=0.9", "en"), ("zh-CN", "zh-CN"), ("", "zh-CN")])
def test_the_browser_chooses_until_a_person_does(asked: str, language: str) -> None:
    assert preferred(asked) == language
