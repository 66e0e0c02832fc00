"""All fields of a 50 KB product page against a loop of parsel queries. ``python -m bench.extract [ROUNDS]``.

``python -m bench.extract --captures ../shared/data/pages`` does the same over real product pages, where the
queries of the loop find little but cost as much.

The baseline reads twelve fields the usual way: one ``.css()`` each, the spec table row by row. Ours reads
every field that an adapter has, parsing included on both sides. CPU time of one process, in turns, medians.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from parsel import Selector

from crawlers.platforms import tree
from crawlers.platforms.base import Adapter, Page
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.site_profile import parse_profile
from crawlers.platforms.tree import json_of
from domain.target import PageKind
from netsword.extract import predict, read_captures
from netsword.leave_one_out import generic_reader

ROUNDS = 60
ROWS = 40
_BYTES = 50_000
_URL = "https://shop.example/goods/4711.html"
_PROFILE = """
name: bench
listing:
  fields:
    item_id: [{css: '#buy::attr(data-sku)'}]
    title: {required: true, from: [{css: h1.title}]}
    price: [{css: .price-now}]
    list_price: [{css: .price-line}]
    shop_name: [{css: .shop-card a}]
    shop_id: [{css: '.shop-card::attr(data-shop)'}]
    brand: [{css: .brand a}]
    rating: [{css: .score}]
    review_count: [{css: .reviews}]
    stock: [{css: .stock em}]
    sales: [{css: .sold}]
    availability: [{css: .stock}]
    category_path: [{css: .crumbs a}]
    images: [{css: '.thumbs img::attr(src)'}]
    services: [{css: .services span}]
  attributes: {row: table.spec tr, name: [{css: th}], value: [{css: td}]}
"""


def page_text() -> str:
    """A product page of about 50 KB: head, menu, goods, spec table, related goods, scripts."""
    rows = "".join(f"<tr><th>参数{n}</th><td>数值 {n * 7} 毫米</td></tr>" for n in range(ROWS))
    images = "".join(f'<li><img src="/img/{n}.jpg" alt=""></li>' for n in range(8))
    related = "".join(
        f'<li class="related-item"><a href="/goods/{n}.html">'
        f'<span class="name">相关商品 {n}</span>'
        f'<span class="price">¥{n + 10}.00</span></a></li>'
        for n in range(24)
    )
    menu = "".join(f'<li><a href="/c/{n}">分类 {n}</a></li>' for n in range(90))
    facts = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "青花瓷茶具套装 12件",
        "sku": "4711",
        "brand": {"@type": "Brand", "name": "东篱"},
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4.8", "reviewCount": "1234"},
        "offers": {
            "@type": "Offer",
            "price": "299.00",
            "priceCurrency": "CNY",
            "availability": "https://schema.org/InStock",
        },
    }
    body = (
        f'<ul class="menu">{menu}</ul><div class="crumbs"><a href="/">首页</a>'
        '<a href="/c/1">家居</a><a href="/c/2">茶具</a></div>'
        '<div class="goods"><h1 class="title">青花瓷茶具套装 12件</h1>'
        '<p class="brand">品牌：<a href="/b/1">东篱</a></p>'
        "<p>"
        '<del class="price-line">¥399.00</del> <strong class="price-now">¥299.00</strong>'
        '</p><p class="sold">1.2万+人付款</p>'
        '<p class="stock">有货，库存 <em>57</em></p><p>'
        '<span class="score">4.8</span> <a class="reviews">1234</a></p>'
        '<button id="buy" data-sku="4711">加入购物车</button><p class="services">'
        "<span>七天无理由退货</span><span>包邮</span></p></div>"
        '<div class="shop-card" data-shop="88"><a href="/shop/88">东篱旗舰店</a></div>'
        f'<ul class="thumbs">{images}</ul>'
        f'<table class="spec">{rows}</table><ul class="related">{related}</ul>'
    )
    script = f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>'
    head = f"<head><meta charset=utf-8><title>青花瓷茶具套装 12件 - 东篱</title>{script}</head>"
    text = f'<!doctype html><html lang="zh-CN">{head}<body>{body}'
    filler = "<script>var state=[" + ",".join(str(n * 37) for n in range(6_000))
    room = max(0, _BYTES - len(text.encode()) - 60)
    return f"{text}{filler[:room]}];</script></body></html>"


def by_parsel(text: str) -> dict[str, Any]:
    """The baseline: twelve fields, one query each, the spec table row by row."""
    page = Selector(text=text)
    facts = json_of(page.css('script[type="application/ld+json"]::text').get() or "{}")
    return {
        "title": page.css("h1.title::text").get(),
        "price": page.css(".price-now::text").get(),
        "list_price": page.css(".price-line::text").get(),
        "shop": page.css(".shop-card a::text").get(),
        "brand": page.css(".brand a::text").get(),
        "sku": page.css("#buy::attr(data-sku)").get()
        or (facts.get("sku") if isinstance(facts, dict) else None),
        "rating": page.css(".score::text").get(),
        "review_count": page.css(".reviews::text").get(),
        "stock": page.css(".stock em::text").get(),
        "images": page.css(".thumbs img::attr(src)").getall(),
        "breadcrumbs": page.css(".crumbs a::text").getall(),
        "spec": [(row.css("th::text").get(), row.css("td::text").get()) for row in page.css("table.spec tr")],
    }


def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    """Milliseconds of CPU a page, and ours over the baseline."""
    text = page_text()
    page = Page(
        url=_URL, kind=PageKind.LISTING, text=text, status=200, fetched_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    profile = ProfileAdapter("bench", "https://shop.example/", parse_profile(_PROFILE, source="bench"))
    generic = GenericAdapter("bench", "https://shop.example/")
    runs: dict[str, Callable[[], object]] = {
        "parsel": lambda: by_parsel(text),
        "profile": lambda: _parse(profile, page),
        "generic": lambda: _parse(generic, page),
    }
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 3):
        for name, run in runs.items():
            started = time.process_time()
            run()
            taken[name].append(1_000 * (time.process_time() - started))
    medians = {name: statistics.median(times[3:]) for name, times in taken.items()}
    return {
        "bytes": len(text.encode()),
        "ms": {name: round(median, 2) for name, median in medians.items()},
        "ratio": {name: round(medians[name] / medians["parsel"], 2) for name in ("profile", "generic")},
    }


def measure_captures(gold: Path, rounds: int = 4) -> dict[str, Any]:
    """Milliseconds of CPU over all product pages of ``gold``, each at its best; ours over the baseline."""
    generic = GenericAdapter("bench", "https://shop.example/")
    totals = {"parsel": 0.0, "generic": 0.0}
    captures = [each for each in read_captures(gold) if each.get("kind") == "product"]
    for capture in captures:
        page = predict(gold, capture, generic_reader).page
        if page is None or not page.text.lstrip().startswith("<"):
            continue
        runs: dict[str, Callable[[], object]] = {
            "parsel": partial(by_parsel, page.text),
            "generic": partial(_parse, generic, page),
        }
        for name, run in runs.items():
            totals[name] += min(_taken(run) for _ in range(rounds))
    ms = {name: round(1_000 * total) for name, total in totals.items()}
    return {"pages": len(captures), "ms": ms, "ratio": round(totals["generic"] / totals["parsel"], 2)}


def _taken(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def _parse(adapter: Adapter, page: Page) -> object:
    tree.tree_of.cache_clear()
    return adapter.parse(page)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--captures"]:
        print(json.dumps(measure_captures(Path(sys.argv[2])), indent=1))
    else:
        print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS), indent=1))
