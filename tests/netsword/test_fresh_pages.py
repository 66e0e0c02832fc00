"""The made-up pages of ``bench.fresh_pages`` show what their truth says, and the halves share no theme."""

from html import unescape
from itertools import combinations

import pytest
import yaml

from bench.fresh_pages import DATA, HALVES, Writer

SHOWN = (
    "title_contains",
    "sku_any_of",
    "gtin_any_of",
    "mpn_any_of",
    "brand_any_of",
    "seller",
    "review_count",
)


@pytest.mark.long
@pytest.mark.parametrize("half", HALVES)
def test_what_the_truth_names_stands_on_the_page(half):
    missing = []
    for page in Writer(half).pages():
        text = unescape(page.body.decode(page.capture["charset"]))
        for key, value in page.capture["expected"].items():
            if key in SHOWN and value is not None:
                told = value if isinstance(value, list) else [value]
                missing += [(page.capture["id"], key, each) for each in told if str(each) not in text]
    assert missing == []


def test_a_page_is_the_same_on_every_run():
    first, again = (next(Writer("open").pages()) for _ in range(2))
    assert first.body == again.body


@pytest.mark.parametrize(("one", "other"), list(combinations(HALVES, 2)))
def test_the_halves_share_no_theme_and_no_page(one, other):
    themes = [{path.name for path in (DATA / half).glob("*.html")} for half in (one, other)]
    names = [
        set(yaml.safe_load((DATA / f"{half}.yaml").read_text(encoding="utf-8"))) for half in (one, other)
    ]
    assert not themes[0] & themes[1]
    assert not names[0] & names[1]
