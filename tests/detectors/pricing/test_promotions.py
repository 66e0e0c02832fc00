"""Prices over time: each rule with what it flags, its near miss, and what was seen too rarely."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from detectors.base import Sighting
from detectors.pricing import labels
from detectors.pricing.cases import Outcome, Promotion
from detectors.pricing.detector import PriceDetector, not_observed
from detectors.pricing.history import comparison, histories, reference_price
from detectors.pricing.promotions import judge_history
from detectors.pricing.windows import promotions_in
from rules.loader import load_catalogue, load_packs, load_promotions

# Beijing midnight of 双11.
START = datetime(2026, 11, 10, 16, tzinfo=UTC)
SALE = Promotion(name="双11", start=START, end=START + timedelta(days=3))
CALENDAR = load_promotions()
DETECTOR = PriceDetector(load_packs(load_catalogue()), load_catalogue(), CALENDAR)


def seen(day: float, price, **given):
    return {
        "observation_id": f"o{day}",
        "listing": "L",
        "observed_at": START + timedelta(days=day),
        "price": price,
        **given,
    }


def a_month(price="100", *, until: float = 0, step: float = 1.0):
    """Daily sightings of ``price`` from day -37 on."""
    return [seen(-37 + i * step, price) for i in range(int((37 + until) / step))]


def history(rows):
    (one,) = histories(pl.DataFrame(rows, infer_schema_length=None))
    return one


def outcomes(rows, promotion=SALE):
    return {one.kind: one.outcome for one in judge_history(history(rows), promotion)}


def suspected(rows, promotion=SALE):
    return {kind for kind, outcome in outcomes(rows, promotion).items() if outcome is Outcome.SUSPECTED}


SALE_PRICE = [seen(0.5, "79", list_price="199", list_price_label="原价"), seen(1.5, "79", list_price="199")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (a_month() + SALE_PRICE, Outcome.SUSPECTED),
        (a_month("199") + SALE_PRICE, Outcome.CLEAR),
        # One day of the seven at the low price is enough: the lowest counts.
        (
            [*a_month("199")[:-3], seen(-2.9, "100"), seen(-1.9, "199"), seen(-0.9, "199"), *SALE_PRICE],
            Outcome.SUSPECTED,
        ),
        # Rounding is no fraud.
        (a_month("198") + SALE_PRICE, Outcome.CLEAR),
        (SALE_PRICE, Outcome.NOT_OBSERVED),
        ([seen(-1, "100"), seen(-2, "100"), *SALE_PRICE], Outcome.NOT_OBSERVED),
        # Three days seen, but four in a row not.
        ([seen(-1, "100"), seen(-2, "100"), seen(-6.9, "100"), *SALE_PRICE], Outcome.NOT_OBSERVED),
    ],
)
def test_fictitious_base(rows, expected):
    assert outcomes(rows)["fictitious_base"] is expected


def test_explained_base_is_not_held_against_the_history():
    rows = [*a_month(), seen(0.5, "79", list_price="199", list_price_label="建议零售价")]
    assert not {"fictitious_base", "base_unexplained"} & suspected(rows)


def test_sold_out_days_and_asking_prices_are_no_reference():
    rows = [
        seen(-6, "10", available=False),
        seen(-5, "0.01"),
        seen(-4, "99999"),
        *(seen(-k, "100") for k in (5.5, 3, 2, 1)),
    ]
    assert reference_price(history(rows), START).price == Decimal(100)


RAISE = a_month(until=-5) + [seen(day, "150") for day in (-4.5, -3.5, -2.5, -1.5, -0.5)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*RAISE, seen(0.5, "100", promotion="直降")], Outcome.SUSPECTED),
        ([*RAISE, seen(0.5, "85", promotion="直降")], Outcome.CLEAR),
        ([*a_month(), seen(0.5, "100", promotion="直降")], Outcome.CLEAR),
        # Raised and taken back before the promotion: no base for it.
        ([*RAISE, seen(-0.2, "100"), seen(0.5, "100", promotion="直降")], Outcome.CLEAR),
        ([*RAISE[-6:], seen(0.5, "100", promotion="直降")], Outcome.NOT_OBSERVED),
    ],
)
def test_raised_then_cut(rows, expected):
    assert outcomes(rows)["raised_then_cut"] is expected


@pytest.mark.parametrize(
    ("promotion", "price", "list_price", "kind"),
    [
        ("限时5折", "80", "100", "label_mismatch"),
        ("限时8折", "80", "100", None),
        ("限时8折", "81", "100", None),
        ("5折起", "80", "100", None),
        ("第二件5折", "80", "100", None),
        ("85折", "90", "100", "label_mismatch"),
        ("-20%", "80", "100", None),
        ("", "80", "100", None),
    ],
)
def test_label_against_price(promotion, price, list_price, kind):
    rows = [seen(0.5, price, list_price=list_price, promotion=promotion)]
    assert ("label_mismatch" in suspected(rows)) == (kind is not None)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([None, None], True),
        (["0.01", "99999"], True),
        ([None], False),
        ([None, "50"], False),
        (["50", "50"], False),
    ],
)
def test_unmarked_price(prices, expected):
    rows = [seen(0.1 + place, price) for place, price in enumerate(prices)]
    assert ("unmarked" in suspected(rows)) == expected


@pytest.mark.parametrize(
    ("text", "price", "expected"),
    [
        ("领20元优惠券，券后价60元", "100", True),
        ("领20元优惠券，券后价80元", "100", False),
        ("领20元优惠券，领10元优惠券，到手价70元", "100", False),
        ("券后价60元", "100", False),
        ("20元优惠券，到手只要60元", "100", True),
        # What is taken off besides coupons counts, tiers as often as the price reaches them.
        ("满100减20，领20元券，券后价60元", "100", False),
        ("每满300减50，领20元券，到手价480元", "600", False),
        ("每满300减50，领20元券，到手价380元", "600", True),
        ("满999减200，领20元券，到手价400元", "600", True),
        # A benefit of unknown worth leaves open what can be reached.
        ("领20元优惠券，国补后到手价60元", "100", False),
        ("领20元优惠券，会员到手价60元", "100", False),
    ],
)
def test_coupon_counted_twice(text, price, expected):
    rows = [seen(0.5, price, promotion=text)]
    assert ("after_coupon" in suspected(rows)) == expected


@pytest.mark.parametrize(
    ("text", "price", "expected"),
    [
        ("定金50元", "200", True),
        ("定金40元", "200", False),
        ("定金50元", "50", False),
        ("订金50元不退", "200", True),
        ("订金50元，可退", "200", False),
        ("付定金20元，订金可抵40元", "200", True),
        ("", "200", False),
    ],
)
def test_deposit(text, price, expected):
    assert ("deposit" in suspected([seen(0.5, price, promotion=text)])) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("已为您勾选运费险3元", True),
        ("默认勾选延保服务，可取消", False),
        ("本品不单卖，须搭配购买", True),
        ("可单独购买", False),
        ("默认不勾选延保", False),
        ("不捆绑销售", False),
        ("单拍不发货，与主机同拍", True),
        ("购机须购买两年延保服务", True),
        ("可自愿选购延保服务", False),
        ("默认含碎屏险，不可取消", True),
    ],
)
def test_tying(text, expected):
    assert ("tying" in suspected([seen(0.5, "50", promotion=text)])) == expected


@pytest.mark.parametrize(("days", "expected"), [(1, False), (2, False), (3, True), (5, True)])
def test_last_day_that_comes_again(days, expected):
    rows = [seen(day + 0.1, "50", promotion="最后一天，明天恢复原价") for day in range(days)]
    assert ("last_day_again" in suspected(rows)) == expected


@pytest.mark.parametrize(
    ("sold", "expected"), [((10, 30, 60), True), ((10, 11, 12), False), ((None, None, None), False)]
)
def test_last_pieces_that_never_end(sold, expected):
    rows = [seen(day + 0.1, "50", promotion="仅剩3件", sales_low=count) for day, count in enumerate(sold)]
    assert ("pieces_never_end" in suspected(rows)) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("距结束 02:15:33", 8_100),
        ("距活动结束还剩2天3小时", 183_600),
        ("距离结束12小时", 43_200),
        ("倒计时 1天 03:22:10", 98_520),
        ("仅剩3件", None),
        ("还剩5天发货", None),
    ],
)
def test_countdowns_in_several_spellings(text, seconds):
    assert labels.countdown_s(text) == seconds


@pytest.mark.parametrize("text", ["今晚24点结束", "即将恢复原价", "最后两小时", "今日截止"])
def test_last_days_in_several_spellings(text):
    assert labels.last_day(text) is not None


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("限时八五折", "0.85"),
        ("打七折", "0.7"),
        ("对折", "0.5"),
        ("半价", "0.5"),
        ("第二件半价", None),
        ("折叠椅", None),
        ("七折起", None),
    ],
)
def test_discounts_in_words(text, factor):
    named = labels.discount(text)
    assert (str(named.amount) if named else None) == factor


@pytest.mark.parametrize(
    ("left", "expected"),
    [(("5小时00分",) * 4, True), (("3天5小时00分", "2天5小时00分", "1天5小时00分", "0天5小时00分"), False)],
)
def test_countdown_that_starts_again(left, expected):
    rows = [seen(day, "50", promotion=f"距结束仅剩{text}") for day, text in enumerate(left)]
    assert ("countdown_again" in suspected(rows)) == expected


def test_comparison_before_during_after():
    rows = [*a_month(), seen(0.5, "80"), seen(1.5, "85"), seen(5, "95")]
    found = comparison(history(rows), SALE.start, SALE.end)
    assert (found.usual, found.before, found.during, found.during_highest, found.after) == tuple(
        map(Decimal, ("100", "100", "80", "85", "95"))
    )


def test_skus_are_judged_apart():
    rows = [row | {"sku": "S"} for row in a_month("100")] + [
        row | {"sku": "XL", "observation_id": f"x{i}"} for i, row in enumerate(a_month("300"))
    ]
    assert [(one.sku, reference_price(one, START).price) for one in histories(pl.DataFrame(rows))] == [
        ("S", Decimal(100)),
        ("XL", Decimal(300)),
    ]


def test_bad_rows_are_counted_and_judged_no_further():
    rows = [
        seen(-1, "abc"),
        seen(-2, "NaN"),
        seen(-3, "-5"),
        seen(-4, "1e400"),
        seen(0.5, "50", list_price="x"),
    ]
    rows[0]["observed_at"] = None
    one = history(rows)
    assert one.defects == {"without_time": 1}
    assert [found for found in judge_history(one, SALE) if found.outcome is Outcome.SUSPECTED] == []


def test_repeated_sighting_counts_once():
    assert len(history([seen(-1, "50"), seen(-1, "50")]).sights) == 1


def found_in(rows):
    at = Sighting(subject="p:L", kind="listing", snapshot="s", observed_at=START, shop="p:S")
    frame = pl.DataFrame(rows, infer_schema_length=None)
    judged = list(DETECTOR.judge(frame, as_of=START + timedelta(days=2)))
    return list(DETECTOR.findings(judged, seen=lambda _: at)), not_observed(judged)


def test_findings_name_law_and_sightings():
    found, _ = found_in(a_month() + SALE_PRICE)
    assert {one.rule for one in found} == {"PRICE-FAKE-DISCOUNT", "PRICE-NO-BASE"}
    fake = next(one for one in found if one.rule == "PRICE-FAKE-DISCOUNT")
    assert {"o0.5", "o1.5"} < set(fake.evidence_ids)
    assert "促销前七日内最低标示价为100元" in fake.reason
    assert "明码标价和禁止价格欺诈规定" in {basis.law for basis in fake.basis}
    assert [(one.name, one.value, one.reference) for one in fake.signals] == [
        ("price.compared", 199.0, (100.0,)),
        ("price.during", 79.0, (100.0, 100.0)),
    ]
    assert fake.window == "fictitious_base@DOUBLE11-2026"
    assert fake.rule_pack.startswith("pricing/")


def test_what_was_seen_too_rarely_is_counted_and_no_finding():
    found, unknown = found_in([seen(-1, "100"), *SALE_PRICE])
    assert [one.rule for one in found] == ["PRICE-NO-BASE"]
    assert unknown == {"L": {"PRICE-FAKE-DISCOUNT": "促销前七日内只在1天见到价格"}}
    assert found_in(a_month() + SALE_PRICE)[1] == {}


def test_imported_sightings_are_named_in_the_reason():
    found, _ = found_in([row | {"source": "比价台账"} for row in a_month()] + SALE_PRICE)
    assert "为导入记录，未经本系统固证" in found[0].reason


def windows(rows):
    return [
        (one.name, (one.start - START) / timedelta(days=1), (one.end - START) / timedelta(days=1))
        for one in promotions_in(history(rows), CALENDAR)
    ]


def cut(day, **given):
    return seen(day, "80", list_price="100", **given)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([seen(-1, "100"), seen(1, "100")], []),
        ([seen(-1, "100"), cut(0.5), seen(2, "100")], [("DOUBLE11-2026", 0.5, 2)]),
        # A wave after a short pause belongs to the same promotion, one after a week does not.
        ([seen(-1, "100"), cut(0), seen(1, "100"), cut(3), seen(4, "100")], [("DOUBLE11-2026", 0, 4)]),
        (
            [cut(-20), seen(-15, "100"), cut(0), seen(1, "100")],
            [("DOUBLE11-2026", -20, -15), ("DOUBLE11-2026", 0, 1)],
        ),
        # The page states the start, and the sightings allow it.
        (
            [seen(-1, "100"), cut(0.5, promotion="双11 2026.11.11 00:00 - 2026.11.14 23:59"), seen(2, "9")],
            [("DOUBLE11-2026", 0, 2)],
        ),
        (
            [seen(0.2, "100"), cut(0.5, promotion="双11 2026.11.11 00:00 - 2026.11.14 23:59"), seen(2, "9")],
            [("DOUBLE11-2026", 0.5, 2)],
        ),
        ([seen(-130, "100"), cut(-129.5), seen(-129, "100")], [("own-2026-07-04", -129.5, -129)]),
    ],
)
def test_promotions_as_the_pages_showed_them(rows, expected):
    rounded = [(name, *(pytest.approx(day, abs=1e-4) for day in days)) for name, *days in expected]
    assert windows(rows) == rounded


@pytest.mark.parametrize(
    ("given", "defect"),
    [
        ({"title": "手工黑糖 250克"}, "variant_changed"),
        ({"title": "不锈钢保温杯"}, "variant_changed"),
        ({"price_label": "会员价"}, "other_price_label"),
    ],
)
def test_what_cannot_be_compared_is_no_history(given, defect):
    now = [row | {"title": "手工黑糖 500克"} for row in SALE_PRICE]
    before = [row | {"title": "手工黑糖 500克"} | given for row in a_month()]
    one = history(before + now)
    assert one.defects == {defect: len(before)}
    kinds = {each.kind: each.outcome for each in judge_history(one, SALE)}
    assert kinds["fictitious_base"] is Outcome.NOT_OBSERVED


def test_a_polished_title_stays_the_same_history():
    rows = [row | {"title": "手工黑糖 500克 云南"} for row in a_month()]
    rows += [row | {"title": "双11 手工黑糖 云南特产 500 克"} for row in SALE_PRICE]
    assert history(rows).defects == {}


@pytest.mark.parametrize(
    ("text", "later", "expected"),
    [
        ("全年最低价", "70", True),
        ("保价30天", "70", True),
        ("30天价保", "79.5", False),
        ("保价1天", "70", False),
        ("", "70", False),
    ],
)
def test_promise_of_the_lowest_price(text, later, expected):
    rows = [seen(-0.9, "80", promotion=text), seen(1.5, later)]
    assert (
        "lowest_promised" in suspected(rows, Promotion(name="", start=START - timedelta(days=2), end=START))
    ) == expected


def test_a_range_of_prices_is_marked():
    assert "unmarked" not in suspected([seen(day, None, has_range=True) for day in (0.1, 1.1)])


def test_variants_on_one_page_have_histories_of_their_own():
    rows = [
        row | {"sku": sku, "price": price} for row in a_month() for sku, price in (("S", "100"), ("L", "180"))
    ]
    rows += [seen(0.5, "79", sku="S", list_price="180", list_price_label="原价")]
    found, _ = found_in(rows)
    assert any("最低标示价为100元" in one.reason for one in found)
