"""What a sweep looks for: a year's pack, its own categories and local ones, each by its words."""

import pytest

from crawlers.planning import categories_of, first_targets, keywords_of
from domain.errors import SweepError
from rules.loader import load_categories
from tests.builders import a_sweep

TEA = {"code": "TEA", "name": "本地茶叶", "keywords": ["绿茶"]}


def test_pack_of_a_year_comes_whole_with_local_additions():
    codes = categories_of(a_sweep(category_pack=2017, local_categories=[TEA]))
    named = [each.code for each in load_categories() if 2017 in each.campaign_years]
    assert codes == (*named, "TEA")
    assert "FOOD" in named


def test_variants_are_searched_for_beside_their_word():
    sweep = a_sweep(local_categories=[TEA], variants={"绿茶": ["綠茶", "green tea"]})
    assert keywords_of(sweep, "TEA") == ("绿茶", "綠茶", "green tea")
    assert len([target for target in first_targets(sweep, "r") if target.category == "TEA"]) == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"category_pack": 2016}, "2017"),
        ({"local_categories": [TEA | {"code": "DRUG"}]}, "DRUG"),
        ({"variants": {"绿茶": ["綠茶"]}}, "绿茶"),
        ({"category_pack": 2017, "keywords": {"NOPE": ["x"]}}, "NOPE"),
        ({"cadence": {"promotion": "DUOBLE11"}}, "DOUBLE11"),
    ],
)
def test_what_does_not_exist_is_named(changes, said):
    with pytest.raises(SweepError, match=said):
        first_targets(a_sweep(**changes), "check")
