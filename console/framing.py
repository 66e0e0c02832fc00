"""The dry run 试算, as a child process of the console: reads the search pages of a run, and nothing else.

Started as ``python -m console.framing RUN``; ends with 0 when no crawl process failed.
"""

from __future__ import annotations

import sys

from crawlers.runner import crawl
from settings import load
from storage.store import open_store


def main(run: str) -> int:
    """Builds the sampling frame of ``run``."""
    settings = load()
    with open_store(
        uri=settings.mongo_uri,
        var_dir=settings.var_dir,
        database=settings.mongo_database,
        user_salt=settings.user_salt,
    ) as store:
        return 0 if crawl(store, run, settings, only_frame=True).clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
