"""A crawl process: ``python -m crawlers.crawl RUN WORKERS ONLY_FRAME``, with an honest exit code.

``scrapy crawl`` ends with 0 also when the spider had to stop because nothing could be stored any more.
"""

from __future__ import annotations

import gc
import sys

from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

COMPLETE, FAULT = 0, 1
_IN_ORDER = ("finished", "paused", "shutdown")


def main(arguments: list[str]) -> int:
    """Crawls what is open in a run; 1 where the crawl could not begin, or was ended by a fault."""
    # What a start makes stays to the end; to look through it every 700 objects costs a quarter of the start.
    gc.set_threshold(10_000)
    run, workers, only_frame = arguments
    process = CrawlerProcess(get_project_settings())
    crawler = process.create_crawler("sweep")
    process.crawl(crawler, run=run, workers=workers, only_frame=only_frame)
    process.start()
    if process.bootstrap_failed or crawler.stats is None:
        return FAULT
    reason = crawler.stats.get_value("finish_reason")
    return COMPLETE if reason in _IN_ORDER and not getattr(crawler.spider, "fault", "") else FAULT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
