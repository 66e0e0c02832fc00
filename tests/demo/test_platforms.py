"""Yunfan and Guanshan: other markets than Lingang's, shown in other ways, with a truth of their own."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from demo.chance import share
from demo.market import Market, build_market
from demo.pictures import licence_picture
from demo.platforms.yunfan import _fnv
from demo.world import Display
from tests.demo.conftest import LISTINGS, SEED, SHOPS, Site, Starter


@pytest.fixture(scope="module")
def yunfan(start: Starter) -> Site:
    return start("--platform", "yunfan", "--no-faults")


@pytest.fixture(scope="module")
def guanshan(start: Starter) -> Site:
    return start("--platform", "guanshan", "--no-faults")


@pytest.fixture(scope="module")
def goods() -> Market:
    return build_market(SEED, platform="yunfan", shops=SHOPS, listings=LISTINGS)


@pytest.fixture(scope="module")
def teas() -> Market:
    return build_market(SEED, platform="guanshan", shops=SHOPS, listings=LISTINGS)


def data(site: Site, path: str) -> dict[str, Any]:
    answer: dict[str, dict[str, Any]] = json.loads(site.get(path).body)
    assert not answer["code"]
    return answer["data"]


def truth(site: Site) -> Iterator[dict]:
    return (json.loads(line) for line in site.truth.read_text(encoding="utf-8").splitlines())


def test_platforms_of_one_seed_share_no_shop_but_those_of_one_operator(goods: Market, market: Market) -> None:
    codes = [{shop.operator.code for shop in each.shops.values()} - {""} for each in (goods, market)]
    share = goods.vocabulary.world.licences.same_operator_elsewhere
    borrowed = sum(shop.registered is not None for shop in goods.shops.values())
    assert 0 < len(codes[0] & codes[1]) <= round(share * len(goods.shops)) + borrowed
    assert {each.category for each in goods.listings.values()} == {"FOOD", "HEALTHFOOD", "COSMETIC"}


def test_one_process_serves_several_platforms_with_one_truth(start: Starter) -> None:
    site = start("--platform", "lingang", "yunfan", "guanshan")
    assert len(site.base.split()) == 3
    counts = Counter(row["subject"].partition(":")[0] for row in truth(site))
    assert set(counts) == {"lingang", "yunfan", "guanshan"}


def test_api_tells_anybody_about_goods(yunfan: Site, goods: Market) -> None:
    now = goods.vocabulary.world.now
    listing = next(each for each in goods.listings.values() if each.stock and each.price_at(now).promotion)
    told, price = data(yunfan, f"/api/v1/goods/{listing.id}"), listing.price_at(now)
    assert (told["title"], told["priceCent"]) == (listing.title, price.asked * 100)
    assert told["promotion"]["start"] == goods.vocabulary.world.promotion.starts.timestamp() * 1000
    assert told["desc"] == list(listing.paragraphs)


def test_planted_quotes_stand_in_the_answers(yunfan: Site) -> None:
    rows = [row for row in truth(yunfan) if row["kind"] == "listing" and row["field"]]
    assert len(rows) > 20
    for row in rows:
        told = data(yunfan, f"/api/v1/goods/{row['subject'].removeprefix('yunfan:')}")
        text = told["title"] if row["field"] == "title" else "\n".join(told["desc"])
        assert row["quote"] in text


def test_search_answers_lead_to_every_listing_once(yunfan: Site, goods: Market) -> None:
    first = data(yunfan, f"/api/v1/search?q={quote('面膜')}&page=1")
    pages = [data(yunfan, f"/api/v1/search?q={quote('面膜')}&page={n}") for n in range(1, first["pages"] + 1)]
    found = [card["goodsId"] for page in pages for card in page["list"]]
    expected = {each.id for each in goods.listings.values() if "面膜" in each.search_text}
    assert sorted(found) == sorted(expected)
    assert data(yunfan, f"/api/v1/search?q={quote('挖掘机')}")["list"] == []


def test_shop_is_told_only_to_who_signs_as_the_page_does(yunfan: Site, goods: Market) -> None:
    shop = next(iter(goods.shops.values()))
    path = f"/api/v1/store/{shop.id}"
    page = yunfan.get(f"/store/{shop.id}").body.decode()
    assert shop.name not in page
    assert yunfan.get(path).status == 403
    seed = re.search(r'name="yf-seed" content="(\w+)"', page)
    assert seed
    stamp = str(int(time.time() * 1000))
    sign = _fnv(f"{path}|{stamp}|{seed[1]}") + _fnv(f"{seed[1]}|{stamp}")
    answer = yunfan.get(path, **{"X-Yf-Ts": stamp, "X-Yf-Sign": sign})
    assert json.loads(answer.body)["data"]["name"] == shop.name


def test_licence_is_a_picture_where_there_is_one(yunfan: Site, goods: Market) -> None:
    by_display = {shop.display: shop for shop in goods.shops.values()}
    shop = by_display[Display.LINK_LICENCE]
    picture = yunfan.get(f"/media/licence/{shop.id}.png")
    assert picture.body == licence_picture(shop)
    assert Image.open(BytesIO(picture.body)).size == (1000, 720)
    assert yunfan.get(f"/store/{by_display[Display.DEAD_LINK].id}/qualification").status == 404


def test_few_pages_of_guanshan_lie_in_their_data_and_none_in_what_they_show(
    guanshan: Site, teas: Market
) -> None:
    now: datetime = teas.vocabulary.world.now
    sold = [each for each in teas.listings.values() if each.stock][:150]
    lying = set()
    for listing in sold:
        page = guanshan.get(f"/p/{listing.id}.html").body.decode()
        shown = re.search(r'<span class="amount">¥([\d.]+)</span>', page)
        told = re.search(r'"price": "([\d.]+)"', page)
        assert shown
        assert told
        assert shown[1] == str(listing.price_at(now).asked)
        if told[1] != shown[1]:
            lying.add(listing.id)
    assert lying == {each.id for each in sold if share(teas.seed, "json-ld", each.id) < 0.05}
    assert 1 <= len(lying) <= 20


def test_independent_shop_has_its_licence_and_rules_and_no_icp_number(guanshan: Site) -> None:
    market = build_market(SEED, platform="guanshan", shops=1, listings=20)
    assert list(market.shops) == ["guanshan"]
    home = guanshan.get("/").body.decode()
    assert "ICP备案号申请中" in home
    assert not re.search(r"ICP备\d", home)
    pages = {path: guanshan.get(path) for path in re.findall(r'href="(/(?:about|help)/\w+\.html)"', home)}
    assert sorted(pages) == [
        "/about/licence.html",
        "/help/privacy.html",
        "/help/returns.html",
        "/help/terms.html",
    ]
    assert {answer.status for answer in pages.values()} == {200}
    assert "统一社会信用代码" in pages["/about/licence.html"].body.decode()


def test_a_market_of_one_shop_is_not_all_fault(start: Starter) -> None:
    site = start("--platform", "guanshan", "--shops", "1")
    assert site.get("/").status == 200
    hidden = [row for row in truth(site) if row.get("fault") == "login_redirect"]
    assert not hidden


def test_every_platform_shows_the_account_of_a_buyer_who_is_not_anonymous(
    guanshan: Site, yunfan: Site, teas: Market, goods: Market
) -> None:
    def reviewed(market: Market) -> str:
        return next(each.id for each in market.listings.values() if len(market.reviews_of(each)) > 5)

    tea, good = reviewed(teas), reviewed(goods)
    page = guanshan.get(f"/p/{tea}/remarks.html").body.decode()
    accounts = {review.user for review in teas.reviews_of(teas.listings[tea]) if review.user}
    shown = set(re.findall(r'data-user="(\d+)"', page))
    assert shown
    assert shown <= accounts
    rows = data(yunfan, f"/api/v1/goods/{good}/comments")["list"]
    assert {row["uid"] for row in rows} == {
        review.user or None for review in goods.reviews_of(goods.listings[good])[: len(rows)]
    }
