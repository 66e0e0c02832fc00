import re
from random import Random

import pytest

from demo.market import Market
from demo.numbers import Place, credit_check, credit_code, make, mod_11_10, organisation_check

PLACE = Place("山东", "潍坊", "寿光市", "鲁", "370783")
# GB 32100 weighs place i with 3^i mod 31, written out here as the standard's table does.
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@pytest.mark.parametrize("seed", range(60))
def test_credit_code_passes_both_checks(seed: int) -> None:
    code = credit_code("91", PLACE.region, Random(seed))
    assert re.fullmatch(r"91370783[0-9A-HJ-NPQRTUWXY]{10}", code)
    total = sum("0123456789ABCDEFGHJKLMNPQRTUWXY".index(c) * w for c, w in zip(code, WEIGHTS, strict=False))
    assert "0123456789ABCDEFGHJKLMNPQRTUWXY".index(code[17]) == (31 - total % 31) % 31
    assert code[16] == organisation_check(code[8:16])


def test_a_changed_digit_changes_the_check() -> None:
    assert credit_check("91370783MA0000001") != credit_check("91370783MA0000002")


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("SC", r"SC1\d{2}370783\d{5}"),
        ("JY", r"JY1370783\d{7}"),
        ("YB", r"YB2370783\d{7}"),
        ("CCC", r"20\d{14}"),
        ("HEALTH-FILED", r"食健备G20\d{2}37\d{6}"),
        ("PESTICIDE-TRADE", r"农药经许（鲁）3707832\d{4}"),
        ("SEED-TRADE", r"D（鲁潍寿）农种许字（20\d{2}）第\d{4}号"),
        ("DEVICE-2", r"鲁械注准20\d{2}2\d{2}\d{4}"),
    ],
)
def test_permit_numbers_have_their_form(kind: str, form: str) -> None:
    made = make(kind, PLACE, Random(5))
    assert re.fullmatch(form, made)
    if kind in ("SC", "JY", "YB"):
        assert made[2:] == mod_11_10(made[2:-1])


def test_no_two_operators_share_a_code(market: Market) -> None:
    owners = {shop.operator.code: shop.operator for shop in market.shops.values() if shop.operator.code}
    assert len(owners) > 30
    # A code that two shops show is one operator's, who runs both.
    assert {shop.operator for shop in market.shops.values() if shop.operator.code} == set(owners.values())
