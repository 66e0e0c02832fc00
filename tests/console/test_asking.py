"""The state of a list lives in its URL."""

import pytest

from console.asking import FindingQuery
from domain.finding import Severity
from storage.review_queue import QueueFilter, Status

RULES = ("LIC-MISSING", "PG-WILDLIFE")


def parse(text: str) -> FindingQuery:
    return FindingQuery.of_text(text, RULES)


def test_without_conditions_the_queue_shows_what_is_new() -> None:
    assert parse("").filter == QueueFilter(statuses=(Status.NEW,))
    assert parse("").text == "status=new"


@pytest.mark.parametrize(
    "text",
    [
        "status=new",
        "status=all",
        "status=confirmed&status=rejected&rule=LIC-MISSING&rule=PG-WILDLIFE&severity=high",
        "status=all&run=01K0&shop=lingang%3As1&subject=lingang%3A%E5%BA%97",
    ],
)
def test_what_is_parsed_prints_the_same_url(text: str) -> None:
    query = parse(text)
    assert query.text == text
    assert query.problems == ()


def test_what_is_not_understood_is_told() -> None:
    query = parse("colour=red&status=lost&rule=NO-SUCH&severity=high&after=1~x")
    assert [(problem.key, problem.name) for problem in query.problems] == [
        ("filter.unknown_key", "colour"),
        ("filter.unknown_value", "status"),
        ("filter.unknown_value", "rule"),
        ("filter.unknown_value", "after"),
    ]
    assert query.filter == QueueFilter(statuses=(Status.NEW,), severities=(Severity.HIGH,))


def test_the_page_goes_on_after_a_row() -> None:
    query = parse("status=all")
    again = parse(query.going_on((63.75, "ab" * 32)))
    assert again.after == (63.75, "ab" * 32)
    assert again.text == query.text
    assert parse(again.place) == again


@pytest.mark.parametrize(
    "after", ["", "~", "nan~abcdef12", "inf~abcdef12", "1e999~abcdef12", "1~../../x", "1~" + "a" * 999]
)
def test_a_forged_place_is_no_place(after: str) -> None:
    assert parse(f"after={after}").after is None


def test_taking_a_condition_away_leaves_the_others() -> None:
    query = parse("status=new&rule=LIC-MISSING&rule=PG-WILDLIFE")
    assert query.without("rule", "LIC-MISSING") == "status=new&rule=PG-WILDLIFE"
    assert query.without("status", "new") == "rule=LIC-MISSING&rule=PG-WILDLIFE&status=all"


def test_a_flood_of_conditions_is_cut() -> None:
    text = "&".join(f"rule=X{number}" for number in range(5000))
    assert len(parse(text).problems) <= 60
