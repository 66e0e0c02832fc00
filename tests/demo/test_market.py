import subprocess
import sys
from collections import Counter
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from demo.licences import RULE_OF, register_rows
from demo.market import Market, build_market
from demo.numbers import credit_check, mod_11_10
from demo.world import Display, Flaw, Plant
from tests.demo.conftest import LISTINGS, ROOT, SEED, SHOPS

DIGEST = """
import hashlib
from demo.market import build_market
market = build_market({seed}, shops=20, listings=150)
reviews = [market.reviews_of(each) for each in market.listings.values()]
facts = repr([market.shops, market.listings, market.plants, reviews])
print(hashlib.sha256(facts.encode()).hexdigest())
"""


def digest(seed: int, hash_seed: str) -> str:
    command = [sys.executable, "-c", DIGEST.format(seed=seed)]
    return subprocess.run(
        command, cwd=ROOT, env={"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=True
    ).stdout


def planted(market: Market, rule: str, *, lookalike: bool = False) -> list[Plant]:
    return [plant for plant in market.plants if plant.rule == rule and plant.lookalike == lookalike]


def test_same_seed_gives_the_same_market_in_every_process() -> None:
    assert digest(3, "1") == digest(3, "2")


def test_another_seed_gives_another_market(market: Market) -> None:
    other = build_market(SEED + 1, shops=SHOPS, listings=LISTINGS)
    assert {each.title for each in other.listings.values()} != {
        each.title for each in market.listings.values()
    }


def test_sizes_are_those_asked_for(market: Market) -> None:
    assert (len(market.shops), len(market.listings)) == (SHOPS, LISTINGS)
    assert set(Counter(each.shop_id for each in market.listings.values())) == set(market.shops)


def test_every_rule_of_the_data_is_planted_and_none_else(market: Market) -> None:
    expected = {each.rule for each in market.vocabulary.violations}
    expected |= {
        "LIC-MISSING",
        "PRICE-FAKE-DISCOUNT",
        "PRICE-NO-BASE",
        "REVIEW-DUPLICATE",
        "REVIEW-BURST",
        "REVIEW-GROUP",
        "REVIEW-INDUCEMENT",
    }
    expected |= {*RULE_OF.values(), "PERMIT-MISSING"}
    assert {plant.rule for plant in market.plants if not plant.lookalike} == expected
    assert sum(rule.startswith("PG-") for rule in expected) >= 12


def test_prohibited_goods_keep_to_their_share() -> None:
    market = build_market(SEED, shops=100, listings=2000)
    found = {plant.subject for plant in market.plants if plant.rule.startswith("PG-") and not plant.lookalike}
    assert 0.03 <= len(found) / len(market.listings) <= 0.045


def test_licence_breaches_are_those_of_the_display(market: Market) -> None:
    shares = market.vocabulary.world.display.violations
    breaches = {shop.id for shop in market.shops.values() if shop.display.value in shares}
    assert {plant.subject for plant in planted(market, "LIC-MISSING")} == breaches
    assert len(breaches) == int(SHOPS * sum(shares.values()) + 1e-9)


def test_a_flaw_is_told_by_comparing_what_is_shown_with_the_register() -> None:
    market = build_market(SEED, shops=300, listings=300)
    rows = {row["uscc"]: row for row in register_rows(market.shops.values())}
    flawed = {shop.flaw: shop for shop in market.shops.values() if shop.flaw}
    assert set(flawed) == set(RULE_OF)
    shown = {flaw: shop.operator for flaw, shop in flawed.items()}
    assert credit_check(shown[Flaw.INVALID_NUMBER].code[:17]) != shown[Flaw.INVALID_NUMBER].code[17]
    assert shown[Flaw.NOT_IN_REGISTRY].code not in rows
    assert rows[shown[Flaw.NAME].code]["name"] != shown[Flaw.NAME].name
    status = rows[shown[Flaw.STATUS].code]
    assert (status["status"], status["status_note"]) != ("存续", "")
    assert {permit["valid_to"] for permit in rows[shown[Flaw.PERMIT_EXPIRED].code]["permits"]} == {
        "2025-06-30"
    }
    number = flawed[Flaw.PERMIT_INVALID].permits[0][1]
    assert mod_11_10(number[2:-1]) != number[2:]
    codes = [shop.operator.code for shop in market.shops.values() if shop.operator.code]
    assert len(codes) - len(set(codes)) == 6


def test_operators_have_shops_on_two_platforms_and_some_numbers_are_borrowed():
    first, second = (build_market(platform=name, listings=300) for name in ("lingang", "yunfan"))
    owners = {shop.operator.code: shop for shop in first.shops.values() if shop.operator.code}
    here = [shop for shop in second.shops.values() if shop.operator.code in owners]
    shared = [shop for shop in here if shop.operator == owners[shop.operator.code].operator]
    borrowed = [shop for shop in here if shop not in shared]
    assert len(shared) == round(0.14 * len(second.shops))
    assert [shop.flaw for shop in borrowed] == [Flaw.NAME] * len(borrowed) != []
    rows = {row["uscc"]: row for row in register_rows([*first.shops.values(), *second.shops.values()])}
    for shop in here:
        owner, row = owners[shop.operator.code], rows[shop.operator.code]
        assert owner.flaw is None
        assert (row["name"], row["status"]) == (owner.operator.name, "存续")
        assert {number for _, number in shop.permits} <= {permit["no"] for permit in row["permits"]}


def test_only_categories_without_permits_are_exempt() -> None:
    market = build_market(SEED, shops=200, listings=200)
    exempt = [shop for shop in market.shops.values() if shop.display is Display.EXEMPT]
    assert exempt
    assert not any(shop.permits or shop.operator.code for shop in exempt)


def test_lookalike_and_violation_never_share_field_and_subject(market: Market) -> None:
    innocent = {(plant.rule, plant.subject, plant.field) for plant in market.plants if plant.lookalike}
    guilty = {(plant.rule, plant.subject, plant.field) for plant in market.plants if not plant.lookalike}
    assert len(innocent) > 30
    assert not innocent & guilty


def test_some_quotes_are_disguised() -> None:
    market = build_market(SEED, shops=100, listings=2000)
    plain = {
        quote
        for each in market.vocabulary.violations
        for text in each.texts
        for quote in [text.text.split("[[")[1].split("]]")[0]]
    }
    quotes = [plant.quote for plant in market.plants if plant.rule.startswith("PG-") and not plant.lookalike]
    disguised = sum(quote not in plain for quote in quotes)
    assert 0.15 < disguised / len(quotes) < 0.45


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("fake", "0.9", "1.13"), ("honest", "0.6", "0.97"), ("early_rise", "0.9", "1.3")],
)
def test_promotion_price_against_the_ordinary_one(market: Market, kind: str, least: str, most: str) -> None:
    listings = [
        each for each in market.listings.values() if each.discount == kind and each.prices[0].asked > 20
    ]
    assert listings
    for listing in listings:
        ordinary, cut = listing.prices[0].asked, listing.price_at(market.vocabulary.world.now)
        assert cut.struck is not None
        assert cut.asked < cut.struck
        assert Decimal(least) <= cut.asked / ordinary <= Decimal(most)
        if kind == "fake":
            assert cut.struck / ordinary > Decimal("1.3")


def test_review_counts_and_moments_keep_their_bounds(market: Market) -> None:
    world = market.vocabulary.world
    counts = [
        len(market.reviews_of(each)) - len(market.ordered_reviews.get(each.id, ()))
        for each in market.listings.values()
    ]
    assert max(counts) <= world.reviews.most + 1
    assert min(counts) == 0
    assert 9 < sum(counts) / len(counts) < 15
    assert all(r.posted_at <= world.now for each in market.listings.values() for r in market.reviews_of(each))


def test_duplicate_campaign_repeats_itself_and_honest_reviews_do_not(market: Market) -> None:
    plant = planted(market, "REVIEW-DUPLICATE")[0]
    reviews = market.reviews_of(market.listings[plant.subject])
    ordered = [r.text for r in reviews if r.id in plant.evidence_ids]
    written = {r.id for of_one in market.ordered_reviews.values() for r in of_one}
    honest = [
        r.text
        for each in list(market.listings.values())[:40]
        for r in market.reviews_of(each)
        if r.id not in written and len(r.text) > 15 and r.text != market.vocabulary.reviews.default
    ]
    assert len(ordered) == len(plant.evidence_ids) >= 16
    assert alike(ordered) > 0.2
    assert alike(honest) < 0.01


def alike(texts: list[str]) -> float:
    pairs = list(combinations(texts[:30], 2))
    return sum(SequenceMatcher(None, a, b, autojunk=False).ratio() > 0.75 for a, b in pairs) / len(pairs)


def test_burst_is_short_and_before_the_promotion(market: Market) -> None:
    for plant in planted(market, "REVIEW-BURST"):
        reviews = [r for r in market.reviews_of(market.listings[plant.subject]) if r.id in plant.evidence_ids]
        moments = sorted(r.posted_at for r in reviews)
        assert len(reviews) == len(plant.evidence_ids) >= 16
        assert (moments[-1] - moments[0]).total_seconds() <= 36 * 3600
        assert moments[-1] < market.vocabulary.world.promotion.starts


def test_group_writes_on_every_listing_of_its_own_and_hides_on_others(market: Market) -> None:
    plants = planted(market, "REVIEW-GROUP")
    everywhere = [review for each in market.listings.values() for review in market.reviews_of(each)]
    by_id = {review.id: review for review in everywhere}
    groups = [{by_id[each].user for each in plant.evidence_ids} for plant in plants]
    assert len(plants) >= 20
    assert all(9 <= len(group) <= 13 for group in groups)
    assert all(group == groups[0] for group in groups)
    ordered = {each for plant in plants for each in plant.evidence_ids}
    assert any(review.user in groups[0] and review.id not in ordered for review in everywhere)


def test_every_pattern_of_the_data_can_be_filled(market: Market) -> None:
    unfilled = [each.title for each in market.listings.values() if set("{}|[]") & set(each.title)]
    unfilled += [p for each in market.listings.values() for p in each.paragraphs if set("{}|[]") & set(p)]
    unfilled += [
        r.text
        for each in market.listings.values()
        for r in market.reviews_of(each)
        if set("{}|[]") & set(r.text)
    ]
    assert unfilled == []


def test_listings_show_ten_to_twenty_five_attributes(market: Market) -> None:
    assert {len(each.attributes) for each in market.listings.values()} <= set(range(9, 26))


def test_review_ids_are_unique_and_tell_nothing(market: Market) -> None:
    reviews = [r for each in market.listings.values() for r in market.reviews_of(each)]
    assert len({r.id for r in reviews}) == len(reviews)
    ordered = {r.id[-3:] >= "700" for r in reviews if r.campaign}
    assert ordered == {True, False}
