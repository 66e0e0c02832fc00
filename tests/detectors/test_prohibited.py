"""The prohibited-goods detector: what it quotes, what it survives, what it leaves alone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.folding import Folded, fold
from detectors.prohibited import MOST_SPANS
from domain.subjects import Listing
from tests.shipped import prohibited

SEEN: dict[str, Any] = {"snapshot": "snapshot-1", "observed_at": datetime(2026, 11, 20, tzinfo=UTC)}
JUNK = st.text(alphabet=st.characters(codec=None), max_size=40)
PIECES = st.sampled_from(
    [
        "象牙",
        "象*牙",
        "象\u200b牙",
        "ＩＱＯＳ",
        "電子煙",
        "严禁",
        "。",
        "\n",
        "象牙白",
        "vpn",
        "\ud800",
        "㎏",
        "ﷺ",
        "仿",
    ]
)


def a_listing(**fields: Any) -> Listing:
    return Listing(
        **{"platform": "t", "item_id": "1", "url": "https://t.example/1", "title": "", "shop": "t:s"} | fields
    )


def found(code=None, **fields):
    return {
        finding.rule: [span.quote for span in finding.spans]
        for finding in prohibited().inspect(a_listing(**fields), **SEEN)
        if code in (None, finding.rule)
    }


@given(st.lists(JUNK | PIECES, max_size=12), st.lists(JUNK | PIECES, max_size=12))
@settings(max_examples=150, deadline=None)
def test_span_quotes_the_text_it_points_at(title, description):
    listing = a_listing(
        title="".join(title), description="".join(description), attributes=(("材质", "象牙"),)
    )
    findings = list(prohibited().inspect(listing, **SEEN))
    for finding in findings:
        for span in finding.spans:
            assert getattr(listing, span.field)[span.start : span.end] == span.quote
            assert span.quote
    assert findings == list(prohibited().inspect(listing, **SEEN))


@given(st.lists(JUNK | PIECES, max_size=12))
def test_folding_maps_every_character_back(pieces):
    text = "".join(pieces)
    folded = Folded(text)
    assert folded.text == fold(text)
    assert len(folded.origins) == len(folded.text)
    assert folded.origins == sorted(folded.origins)
    assert all(folded.text[at] in fold(text[origin]) for at, origin in enumerate(folded.origins))


@pytest.mark.parametrize(
    ("title", "quotes"),
    [
        ("象牙老料", ["象牙"]),
        ("象*牙老料", ["象*牙"]),
        ("象\u200b牙老料", ["象\u200b牙"]),
        ("象🐘牙老料", ["象🐘牙"]),
        ("象 牙", ["象 牙"]),
        ("老料 象 牙 老物", ["象 牙"]),
        ("大象 牙刷", []),
        ("大象，牙刷", []),
        ("大象\n牙刷", []),
        ("象-牙-雕", ["象-牙"]),
        ("大象/牙膏", []),
        ("象*****牙", []),
        ("象牙象牙", ["象牙", "象牙"]),
        ("象牙白象牙", ["象牙"]),
        ("象牙白", []),
        ("象 牙 白 裙", []),
        ("犀牛角犀角", ["犀牛角", "犀角"]),
    ],
)
def test_words_taken_apart(title, quotes):
    assert found("PG-WILDLIFE", title=title).get("PG-WILDLIFE", []) == quotes


@pytest.mark.parametrize(
    ("title", "quotes"),
    [
        ("VPN稳定", ["VPN"]),
        ("ＶＰＮ稳定", ["ＶＰＮ"]),
        ("v.p.n 稳定", ["v.p.n"]),
        ("vpns", []),
        ("xvpn", []),
        ("ovpn 2", []),
        ("全新vpn服务", ["vpn"]),
    ],
)
def test_latin_terms_need_word_edges(title, quotes):
    assert found("PG-VPN", title=title).get("PG-VPN", []) == quotes


@pytest.mark.parametrize(
    ("title", "flagged"),
    [
        ("严禁出售象牙", False),
        ("严禁出售任何来源不明的珍稀动物制品如象牙", False),
        ("严禁还价，象牙手串", True),
        ("严禁还价。象牙手串", True),
        ("象牙手串，禁止还价", True),
        ("本店不卖象牙、虎骨", False),
        ("象牙图书画册", False),
        ("世界地图 书法 象牙", True),
    ],
)
def test_warnings_count_only_before_the_term_in_its_clause(title, flagged):
    assert bool(found("PG-WILDLIFE", title=title)) is flagged


def test_weak_term_counts_with_a_companion_in_another_field():
    assert found("PG-WEAPON", title="优质狗粮", description="天然配方") == {}
    assert found("PG-WEAPON", title="优质狗粮", description="秃鹰通用") == {"PG-WEAPON": ["狗粮", "秃鹰"]}


def test_finding_carries_law_reason_and_pack():
    listing = a_listing(title="象*牙老料", description="谨防假象牙", attributes=(("材质", "象牙"),))
    [finding] = [f for f in prohibited().inspect(listing, **SEEN) if f.rule == "PG-WILDLIFE"]
    assert [(span.field, span.quote) for span in finding.spans] == [
        ("title", "象*牙"),
        ("attributes_text", "象牙"),
    ]
    assert (finding.subject, finding.subject_kind, finding.shop) == ("t:1", "listing", "t:s")
    assert finding.basis[0].law == "中华人民共和国野生动物保护法"
    assert all(basis.holds_on(date(2026, 11, 20)) for basis in finding.basis)
    assert "谨防" in finding.reason
    assert "涉嫌" in finding.reason
    assert finding.refuted_by
    assert finding.rule_pack.startswith("prohibited/wildlife.yaml@")
    assert (finding.severity, finding.weak, finding.confidence) == ("critical", False, 0.85)


@pytest.mark.parametrize(
    ("title", "confidence"), [("象牙", 0.85), ("象*牙", 0.85), ("橡牙把玩", 0.765), ("角料 走私", 0.7)]
)
def test_confidence_says_how_sure_the_signs_are(title, confidence):
    findings = prohibited().inspect(a_listing(title=title), **SEEN)
    assert [f.confidence for f in findings if f.rule == "PG-WILDLIFE"] == [confidence]


def test_rule_with_high_false_positive_risk_is_weak():
    [finding] = prohibited().inspect(a_listing(title="弹簧刀"), **SEEN)
    assert (finding.rule, finding.weak) == ("PG-KNIFE", True)


@pytest.mark.parametrize(
    ("moment", "article"),
    [
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "第五十七条、第六十条"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "第七十二条"),
    ],
)
def test_beijing_day_of_the_sighting_picks_the_law(moment, article):
    [finding] = prohibited().inspect(a_listing(title="莆田鞋"), snapshot="s", observed_at=moment)
    assert article in [basis.article for basis in finding.basis if "商标法" in basis.law]


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        list(prohibited().inspect(a_listing(title="象牙"), snapshot="s", observed_at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "平常的商品说明，" * 11_250,
        "象牙" * 43_750,
        "象*" * 62_500,
        "严禁象牙白" * 17_500,
        " " * 250_000,
        "\ud800象" * 42_500,
        "ﷺ" * 25_000,
    ],
    ids=["plain", "terms", "split", "contexts", "spaces", "surrogates", "expanding"],
)
def test_long_texts_take_seconds_at_most(text):
    started = time.process_time()
    findings = list(prohibited().inspect(a_listing(description=text), **SEEN))
    # Linear work takes two or three seconds here on a busy machine; quadratic work would take hours.
    assert time.process_time() - started < 10
    assert all(len(finding.spans) <= MOST_SPANS for finding in findings)
