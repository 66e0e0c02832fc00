import html
import json
import re
import signal
from urllib.parse import quote

import pytest

from demo.market import Market, build_market
from demo.platforms.lingang_view import sales_text
from tests.demo.conftest import SEED, Site, Starter
from tests.patience import PATIENCE_S

CARD = re.compile(r'<li class="goods-item" data-nid="(\d+)">')


def truth(site: Site) -> list[dict[str, str]]:
    return [json.loads(line) for line in site.truth.read_text(encoding="utf-8").splitlines()]


def field_of(page: str, field: str) -> str:
    pattern = (
        r"<h1[^>]*>(.*?)</h1>" if field == "title" else r'<div class="desc" id="description">(.*?)</div>'
    )
    found = re.findall(pattern, page, re.DOTALL)
    assert len(found) == 1
    return html.unescape(found[0])


def test_planted_quotes_stand_in_the_field_that_the_truth_names(calm: Site) -> None:
    rows = [row for row in truth(calm) if row["kind"] == "listing" and row["field"]]
    assert len(rows) > 60
    for row in rows:
        page = calm.get(f"/item/{row['subject'].removeprefix('lingang:')}.html")
        assert page.status == 200
        assert row["quote"]
        assert row["quote"] in field_of(page.text, row["field"])


def test_planted_reviews_stand_on_the_review_pages(calm: Site) -> None:
    row = next(row for row in truth(calm) if row.get("rule") == "REVIEW-BURST")
    pages = [calm.get(f"/item/{row['subject'][8:]}/reviews?page={n}").text for n in (1, 2, 3, 4, 5)]
    shown = set(re.findall(r'data-rid="(\d+)"', "".join(pages)))
    assert set(row["evidence_ids"]) <= shown
    assert html.escape(row["quote"], quote=False) in "".join(pages)


def test_truth_has_the_agreed_keys(calm: Site) -> None:
    for row in truth(calm):
        assert ("rule" in row) != ("lookalike_of" in row)
        assert set(row) <= {"rule", "lookalike_of", "subject", "kind", "field", "quote", "evidence_ids"}
        assert re.fullmatch(r"lingang:(s\d{4}|\d{9})", row["subject"])
        assert row["kind"] == ("shop" if row["subject"][8] == "s" else "listing")


def test_pages_are_gb18030_and_come_back_whole(calm: Site, market: Market) -> None:
    listing = next(
        each
        for each in market.listings.values()
        if each.stock and each.price_at(market.vocabulary.world.now).struck
    )
    page = calm.get(f"/item/{listing.id}.html")
    assert page.headers["content-type"] == "text/html; charset=GB18030"
    assert '<meta charset="GB18030">' in page.text
    assert page.text.encode("gb18030") == page.body
    assert field_of(page.text, "title").strip() == listing.title
    assert 25_000 < len(page.body) < 50_000
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("utf-8")


def test_emoji_survives_the_round_trip(calm: Site, market: Market) -> None:
    listing, place = next(
        (each, n)
        for each in market.listings.values()
        for n, r in enumerate(market.reviews_of(each))
        if "👍" in r.text
    )
    assert "👍" in calm.get(f"/item/{listing.id}/reviews?page={place // 20 + 1}").text


def test_data_block_agrees_with_the_world(calm: Site, market: Market) -> None:
    listing = next(
        each
        for each in market.listings.values()
        if each.stock and each.price_at(market.vocabulary.world.now).struck
    )
    found = re.search(r"window\.__ITEM__=(\{.*?\});\n", calm.get(f"/item/{listing.id}.html").text)
    assert found
    block, price = json.loads(found[1]), listing.price_at(market.vocabulary.world.now)
    assert price.struck
    assert (block["itemId"], block["price"], block["linePrice"]) == (
        listing.id,
        price.asked * 100,
        price.struck * 100,
    )


def test_sold_out_page_shows_no_price(calm: Site, market: Market) -> None:
    listing = next(each for each in market.listings.values() if not each.stock)
    page = calm.get(f"/item/{listing.id}.html").text
    assert "sold-out" in page
    assert 'class="price-now"' not in page
    assert '"price":null' in page


def test_category_pages_list_every_listing_once(calm: Site, market: Market) -> None:
    expected = {each.id for each in market.listings.values() if each.category == "APPAREL"}
    below = {each.id for each in market.listings.values() if each.category == "BAGS"}
    path: str | None = "/search?cat=APPAREL&page=1"
    seen: list[str] = []
    while path:
        page = calm.get(path).text
        seen += CARD.findall(page)
        assert f'<em id="J_total">{len(expected | below)}</em>' in page
        found = re.search(r'<link rel="next" href="([^"]+)"', page)
        path = html.unescape(found[1]) if found else None
    assert sorted(seen) == sorted(expected | below)
    assert len(seen) > 40


def test_results_are_capped_but_the_total_is_not(start: Starter) -> None:
    # One shop, and so one category, whose 1,100 listings need 28 pages.
    site, market = (
        start("--no-faults", "--shops", "1", "--listings", "1100"),
        build_market(SEED, shops=1, listings=1100),
    )
    code = next(iter(market.listings.values())).category
    last, beyond = (site.get(f"/search?cat={code}&page={page}").text for page in (25, 26))
    assert len(CARD.findall(last)) == 40
    assert 'rel="next"' not in last
    assert CARD.findall(beyond) == []
    assert ['<em id="J_total">1,100</em>' in page for page in (last, beyond)] == [True, True]


def test_nothing_found_is_said(calm: Site) -> None:
    page = calm.get(f"/search?q={quote('没有这种东西')}").text
    assert "没有找到" in page
    assert CARD.findall(page) == []


def test_reviews_come_twenty_a_page_newest_first(calm: Site, market: Market) -> None:
    listing = next(each for each in market.listings.values() if len(market.reviews_of(each)) > 20)
    first = calm.get(f"/item/{listing.id}/reviews?page=1").text
    moments = re.findall(r'<span class="date">([^<]+)</span>', first)
    assert len(moments) == 20
    assert moments == sorted(moments, reverse=True)
    assert 'rel="next"' in first


def test_the_clock_hides_what_is_yet_to_come(start: Starter, market: Market) -> None:
    site = start("--no-faults", "--now", "2026-10-01T10:00:00+08:00")
    listing = next(each for each in market.listings.values() if each.discount == "fake" and each.stock)
    page = site.get(f"/item/{listing.id}.html").text
    assert f'"price":{int(listing.prices[0].asked * 100)}' in page
    assert '"linePrice":null' in page
    dates = re.findall(r'<span class="date">(2026-1[01]-\d\d)', site.get(f"/item/{listing.id}/reviews").text)
    assert all(day <= "2026-10-01" for day in dates)


def test_licence_page_names_the_operator(calm: Site, market: Market) -> None:
    shop = next(each for each in market.shops.values() if each.display == "link_licence")
    assert (
        f'<a class="lic-link" href="/shop/{shop.id}/licence.html">营业执照信息</a>'
        in calm.get(f"/shop/{shop.id}.html").text
    )
    page = calm.get(f"/shop/{shop.id}/licence.html")
    assert page.status == 200
    assert shop.operator.code in page.text
    assert shop.operator.name in page.text


def test_shops_in_breach_never_show_their_own_licence(calm: Site, market: Market) -> None:
    rows = [row["subject"][8:] for row in truth(calm) if row.get("rule") == "LIC-MISSING"]
    assert rows
    for shop_id in rows:
        shop, page = market.shops[shop_id], calm.get(f"/shop/{shop_id}.html").text
        assert shop.operator.code not in page
        assert shop.operator.name not in page
        assert "91310115MAAY4CL12M" in page
        assert calm.get(f"/shop/{shop_id}/licence.html").status == 404


def test_robots_bars_members_and_cart_only(calm: Site) -> None:
    lines = calm.get("/robots.txt").body.decode().splitlines()
    assert lines == ["User-agent: *", "Disallow: /member/", "Disallow: /cart"]


def test_old_and_short_links_lead_to_the_listing(calm: Site, market: Market) -> None:
    item_id = next(iter(market.listings))
    for path in (f"/i/{item_id}", f"/item/{int(item_id) - 500_000_000}.html"):
        answer = calm.get(path)
        assert (answer.status, answer.headers["location"]) == (302, f"/item/{item_id}.html")


@pytest.mark.parametrize("path", ["/item/1.html", "/shop/s9999.html", "/no/such/page", "/item/1/reviews"])
def test_unknown_pages_are_404(calm: Site, path: str) -> None:
    assert calm.get(path).status == 404


@pytest.mark.parametrize("given", ["0", "-3", "x", "9999999999", ""])
def test_a_strange_page_number_is_the_first_page(calm: Site, given: str) -> None:
    assert CARD.findall(calm.get(f"/search?cat=FOOD&page={given}").text) == CARD.findall(
        calm.get("/search?cat=FOOD").text
    )


def test_query_is_escaped(calm: Site) -> None:
    assert "<script>alert(1)" not in calm.get(f"/search?q={quote('<script>alert(1)</script>')}").text


@pytest.mark.parametrize(
    ("sold", "text"), [(9, "9人付款"), (10, "10+人付款"), (999, "900+人付款"), (10_000, "1万+人付款")]
)
def test_sales_counts_are_rounded_down(sold: int, text: str) -> None:
    assert sales_text(sold) == text


def test_sigterm_ends_it_cleanly_and_silently(start: Starter) -> None:
    site = start("--no-faults")
    assert site.get("/").status == 200
    site.process.send_signal(signal.SIGTERM)
    out, _ = site.process.communicate(timeout=PATIENCE_S)
    assert (site.process.returncode, out) == (0, b"")
