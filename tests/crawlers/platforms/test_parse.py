"""Prices, counts, times and masking: each boundary is a row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crawlers.platforms.parse import (
    availability_of,
    count_of,
    currency_of,
    masked,
    masked_nickname,
    moment_of,
    price_of,
    whole_number,
)


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("¥1,299.00", "CNY", "1299.00"),
        ("￥39.90", "CNY", "39.90"),
        ("￥３９．９０", "CNY", "39.90"),
        ("到手价 1.2万", "CNY", "12000.0"),
        ("99元", "CNY", "99"),
        ("¥ 0.99", "CNY", "0.99"),
        ("0.125", "CNY", "0.125"),
        ("1 299,50 kr", "SEK", "1299.50"),
        ("1.299,00 €", "EUR", "1299.00"),
        ("1'299.00", "CHF", "1299.00"),
        ("12.345.678", "CLP", "12345678"),
        ("$229.990", "CLP", "229990"),
        ("$229.990", "USD", None),
        ("1.299", "EUR", None),
        ("¥19.9-39.9", "CNY", None),
        ("¥19.9 ~ ¥39.9", "CNY", None),
        ("19.9至39.9元", "CNY", None),
        ("71,91 € 79,90 €", "EUR", None),
        ("1.2.3", "CNY", None),
        ("面议", "CNY", None),
        ("", "CNY", None),
        ("9" * 300, "CNY", "9" * 200),
    ],
)
def test_price_is_read_or_left_undecided(text: str, currency: str, expected: str | None) -> None:
    assert price_of(text, currency=currency) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("7人付款", 7, 7),
        ("100+人付款", 100, None),
        ("1.2万+人付款", 12000, None),
        ("月销1.2万", 12000, 12999),
        ("1万", 10000, 19999),
        ("已售 1,234 件", 1234, 1234),
        ("超过500件", 500, None),
        ("不足10件", 0, 9),
        ("暂无评价", 0, 0),
        ("2亿", 200_000_000, 299_999_999),
        ("评论", None, None),
        ("第3件 共5件", None, None),
    ],
)
def test_count_has_the_bounds_of_what_is_shown(text: str, low: int | None, high: int | None) -> None:
    count = count_of(text)
    assert (count.text, count.low, count.high) == (text, low, high)


@pytest.mark.parametrize(
    ("text", "expected"), [("库存284件", 284), ("100+", None), ("1.2万", None), ("", None)]
)
def test_whole_number_is_exact_or_nothing(text: str, expected: int | None) -> None:
    assert whole_number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-05 08:30:09", datetime(2026, 11, 5, 0, 30, 9, tzinfo=UTC)),
        ("2026年11月5日", datetime(2026, 11, 4, 16, 0, tzinfo=UTC)),
        ("2026/11/5 0:00", datetime(2026, 11, 4, 16, 0, tzinfo=UTC)),
        ("2026-11-05T08:30:00+00:00", datetime(2026, 11, 5, 8, 30, tzinfo=UTC)),
        ("2026-11-05T08:30:00.123Z", datetime(2026, 11, 5, 8, 30, tzinfo=UTC)),
        ("李**在2026年11月22日 03:01评论了", datetime(2026, 11, 21, 19, 1, tzinfo=UTC)),
        ("2026-02-30", None),
        ("2026-11-05 25:00", None),
        ("0001-01-01 00:00", None),
        ("昨天 12:00", None),
        ("11-05", None),
        ("", None),
    ],
)
def test_local_time_becomes_utc(text: str, expected: datetime | None) -> None:
    assert moment_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加微信 13812345678 返现", "加微信 138****5678 返现"),
        ("138-1234-5678", "138-****-5678"),
        ("座机010-62345678", "座机010-****678"),
        ("身份证110101199003074514", "身份证110101************"),
        ("订单 123456789012345", "订单 123456789012345"),
        ("评分5.0，买了3次", "评分5.0，买了3次"),
    ],
)
def test_phone_and_identity_numbers_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("t***佳", "t***佳"), ("快乐的小猫", "快***猫"), ("老王", "老*"), ("王", "王*"), ("13812345678",
    "138****5678"),
     ("匿名用户", "匿名用户"), ("", "")],
)  # fmt: skip
def test_nickname_is_masked_once(name: str, expected: str) -> None:
    assert masked_nickname(name) == expected
    assert masked_nickname(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://schema.org/InStock", "InStock"),
        ("instock availability", "InStock"),
        ("outofstock availability", "OutOfStock"),
        ("Currently unavailable", "OutOfStock"),
        ("该商品已售罄", "OutOfStock"),
        ("库存 95 件", "InStock"),
        ("", "Unknown"),
    ],
)
def test_availability_is_in_schema_org_words(text: str, expected: str) -> None:
    assert availability_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US$2.99", "USD"),
        ("¥9", "CNY"),
        ("9元", "CNY"),
        ("12,50 €", "EUR"),
        ("twd", "TWD"),
        ("$9", "XXX"),
        ("9", ""),
    ],
)
def test_currency_is_named_only_where_the_sign_is_not_shared(text: str, expected: str) -> None:
    assert currency_of(text) == expected
