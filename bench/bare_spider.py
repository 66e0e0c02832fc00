"""The baseline: a plain Scrapy and parsel spider that reads the same fields and keeps nothing.

Called as a process of its own by ``bench.crawl``: ``python -m bench.bare_spider FILE_OF_URLS CONCURRENCY``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(Spider):
    """One ``.css()`` per field, the attribute table row by row, as a spider is usually written."""

    name = "bare"
    urls: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[Request]:
        """Every URL once."""
        for url in self.urls:
            yield Request(url, callback=self.parse_listing, dont_filter=True)

    def parse_listing(self, response: Response) -> Iterator[dict[str, Any]]:
        """The fields that the Lingang adapter reads."""
        state = json.loads(response.css("script::text").re_first(r"window\.__ITEM__=(\{.*\});") or "{}")
        yield {
            "item_id": state.get("itemId"),
            "title": (response.css(".itemInfo h1::text").get() or "").strip(),
            "price": "".join(response.css(".price-now ::text").getall()).strip(),
            "list_price": "".join(response.css(".price-line ::text").getall()).strip(),
            "list_price_label": response.css(".line-label::text").get(),
            "promotion": " ".join(response.css(".tm-promo-label::text, .promo-window::text").getall()),
            "sold_out": bool(response.css(".sold-out-tip")),
            "stock": response.css(".stock::text").get(),
            "sales": response.css(".ind-sell .count::text").get(),
            "review_count": response.css(".ind-comment .count::text").get(),
            "shop": response.css(".slogo-shopname::text").get(),
            "shop_url": response.css(".slogo-shopname::attr(href)").get(),
            "breadcrumb": response.css(".crumb a::text").getall(),
            "services": response.css(".serPromise a::text").getall(),
            "images": response.css("img::attr(data-lazy)").getall(),
            "description": "\n".join(response.css("#description p::text").getall()),
            "attributes": [
                (row.css(".k::text").get(), row.css(".v::text").get()) for row in response.css("#J_AttrUL li")
            ],
        }


def main() -> None:
    """Crawls and writes Scrapy's own statistics to stdout as JSON."""
    BareSpider.urls = tuple(Path(sys.argv[1]).read_text(encoding="utf-8").split())
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 32,
            "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]),
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        },
        install_root_handler=False,
    )
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler)
    process.start()
    items = crawler.stats.get_value("item_scraped_count", 0) if crawler.stats else 0
    json.dump({"items": items}, sys.stdout)


if __name__ == "__main__":
    main()
