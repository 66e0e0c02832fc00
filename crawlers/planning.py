"""From a sweep to the first targets: search pages that will become the frame, and pages named outright."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawlers.platforms.registry import adapter_for
from crawlers.sampling.plan import stratum_of
from domain.errors import SweepError
from domain.sweep import PlatformScope, Sweep
from domain.target import PageKind, Target
from rules.loader import load_categories

# The tree's first words find a category; the rest are for officers who widen a sweep.
KEYWORDS_PER_CATEGORY = 3


def first_targets(sweep: Sweep, run: str) -> list[Target]:
    """One search target per platform, category and search word 关键词, and one listing target per start URL.

    Raises:
        SweepError: a platform, a site profile or a category does not exist, or a category has no search
        words.
    """
    found = [target for scope in sweep.platforms for target in _searches(sweep, scope, run)]
    return [*found, *_start_targets(sweep, run)]


def keywords_of(sweep: Sweep, category: str) -> tuple[str, ...]:
    """Search words of a category: the sweep's own, else the first of the category tree.

    Raises:
        SweepError: there are none.
    """
    words = sweep.keywords.get(category) or load_categories().keywords(category)[:KEYWORDS_PER_CATEGORY]
    if not words:
        raise SweepError(f"category {category} has no search words: add them under 'keywords' in the sweep")
    return tuple(words)


def _searches(sweep: Sweep, scope: PlatformScope, run: str) -> list[Target]:
    adapter = adapter_for(scope)
    return [
        Target(
            run=run,
            url=url,
            kind=PageKind.SEARCH,
            platform=scope.platform,
            host=urlsplit(url).netloc,
            stratum=stratum_of(scope.platform, category),
            category=category,
        )
        for category in sweep.categories
        for url in dict.fromkeys(adapter.search_url(word) for word in keywords_of(sweep, category))
    ]


def _start_targets(sweep: Sweep, run: str) -> list[Target]:
    platform_of = {urlsplit(str(scope.base_url)).netloc: scope.platform for scope in sweep.platforms}
    targets = []
    for position, start in enumerate(sweep.start_urls, start=1):
        host = urlsplit(str(start)).netloc
        if host not in platform_of:
            raise SweepError(f"start URL {start}: {host} is not the host of any platform of this sweep")
        targets.append(
            Target(
                run=run,
                url=str(start),
                kind=PageKind.LISTING,
                platform=platform_of[host],
                host=host,
                stratum=stratum_of(platform_of[host], "start"),
                inclusion_probability=1.0,
                position=position,
            )
        )
    return targets
