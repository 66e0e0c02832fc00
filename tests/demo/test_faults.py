import http.client
import re
from collections import Counter

import pytest

from demo.faults import METADATA_URL, Fault, FaultPlan, plan_faults
from demo.market import Market, build_market
from demo.platforms.base import PageOf
from demo.truth import truth_rows
from tests.demo.conftest import Site, Starter


@pytest.fixture(scope="module")
def plan(market: Market) -> FaultPlan:
    return plan_faults(market, market.vocabulary.world.faults)


@pytest.fixture(scope="module")
def rough(start: Starter) -> Site:
    return start()


def patient(site: Site, path: str) -> tuple[int, str]:
    """The answer after any throttling."""
    for _ in range(4):
        answer = site.get(path)
        if answer.status != 429:
            return answer.status, answer.headers.get("location", "") or answer.text
        assert answer.headers["retry-after"] == "1"
    raise AssertionError(f"{path} stays throttled")


def item_with(plan: FaultPlan, fault: Fault) -> str:
    return next(each for each in plan.owners if plan.of_listing(each) is fault)


def test_rates_are_those_of_the_data() -> None:
    market = build_market(5, shops=100, listings=2000)
    rates = market.vocabulary.world.faults
    plan = plan_faults(market, rates)
    counts = Counter(plan.items.values())
    expected = {Fault(name): max(1, round(part * 2000)) for name, part in rates.item.items()}
    assert counts == expected | {Fault.METADATA_REDIRECT: 1}
    targets = [f"/item/{each}.html?" for each in market.listings]
    assert sum(plan.delay_s(each) > 0 for each in targets) / 2000 == pytest.approx(rates.slow.share, abs=0.01)
    assert sum(plan.refusals(each) > 0 for each in targets) / 2000 == pytest.approx(
        rates.throttled.share, abs=0.012
    )
    assert all(0.5 <= wait <= 2 for wait in map(plan.delay_s, targets) if wait)


def test_plan_is_the_same_every_time(market: Market, plan: FaultPlan) -> None:
    assert plan_faults(market, market.vocabulary.world.faults) == plan


def test_without_rates_nothing_fails(market: Market) -> None:
    plan = plan_faults(market, None)
    pages = [PageOf("item", each) for each in market.listings]
    assert not any(map(plan.fault, pages))
    assert {plan.link(each) for each in market.listings} == {"plain"}


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (Fault.GONE, 404, "页面不存在"),
        (Fault.DELISTED, 200, "商品已下架"),
        (Fault.CAPTCHA_OK, 200, "安全验证"),
        (Fault.CAPTCHA_FORBIDDEN, 403, "安全验证"),
        (Fault.ERROR, 500, "系统繁忙"),
        (Fault.LOGIN_PAGE, 200, "J_Login"),
        (Fault.LOGIN_REDIRECT, 302, "/member/login"),
        (Fault.METADATA_REDIRECT, 302, METADATA_URL),
    ],
)
def test_each_fault_shows_over_http(
    rough: Site, plan: FaultPlan, fault: Fault, status: int, words: str
) -> None:
    answered, text = patient(rough, f"/item/{item_with(plan, fault)}.html")
    assert answered == status
    assert words in text


def test_truncated_body_stops_short(rough: Site, plan: FaultPlan) -> None:
    with pytest.raises(http.client.IncompleteRead):
        patient(rough, f"/item/{item_with(plan, Fault.TRUNCATED)}.html")


def test_reviews_hide_with_a_gone_listing_but_not_with_a_captcha(rough: Site, plan: FaultPlan) -> None:
    assert patient(rough, f"/item/{item_with(plan, Fault.GONE)}/reviews?page=1")[0] == 404
    assert patient(rough, f"/item/{item_with(plan, Fault.CAPTCHA_OK)}/reviews?page=1")[0] == 200


def test_throttled_page_opens_after_its_refusals(rough: Site, plan: FaultPlan) -> None:
    path = next(
        f"/item/{each}/reviews" for each in plan.owners if plan.refusals(f"/item/{each}/reviews?") == 2
    )
    assert [rough.get(path).status for _ in range(2)] == [429, 429]
    assert rough.get(path).status != 429


def test_search_cards_use_short_and_old_links(rough: Site, plan: FaultPlan) -> None:
    pages = [patient(rough, f"/search?cat=FOOD&page={n}")[1] for n in (1, 2, 3, 4)]
    links = re.findall(r'<div class="p-name"><a target="_blank" title="[^"]*" href="([^"]+)"', "".join(pages))
    kinds = Counter("short" if "/i/" in link else "old" if "/item/1" in link else "plain" for link in links)
    assert kinds["short"]
    assert kinds["old"]
    assert kinds["plain"] > 0.85 * len(links)


def test_truth_names_the_fault_that_hides_a_subject(rough: Site, plan: FaultPlan) -> None:
    text = rough.truth.read_text(encoding="utf-8")
    assert '"fault": "' in text
    assert len(re.findall('"fault"', text)) < 0.2 * len(text.splitlines())


def test_login_wall_hides_reviews_but_not_a_licence_display(market: Market) -> None:
    shops = {plant.subject: Fault.LOGIN_PAGE for plant in market.plants if plant.kind == "shop"}
    rates = market.vocabulary.world.faults
    rows = truth_rows(market, "lingang", FaultPlan(market.seed, rates, {}, shops, {}))
    hidden = {row.get("rule", row.get("lookalike_of")) for row in rows if "fault" in row}
    assert hidden == {"REVIEW-DUPLICATE"}
