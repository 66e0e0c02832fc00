"""From a sweep to the first targets: search pages that will become the frame, and pages named outright."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from crawlers.addresses import AddressPolicy, port_of, private_host
from crawlers.platforms.registry import adapter_for
from crawlers.sampling.plan import stratum_of
from domain.cadence import PeakCadence
from domain.errors import SiteProfileError, SweepError
from domain.problems import Problem
from domain.sweep import PlatformScope, Sweep
from domain.target import PageKind, Target
from rules.loader import load_categories, load_promotions

# The tree's first words find a category; the rest are for officers who widen a sweep.
KEYWORDS_PER_CATEGORY = 3


def first_targets(sweep: Sweep, run: str) -> list[Target]:
    """One search target per platform, category and search word 关键词, and one listing target per start URL.

    Raises:
        SweepError: a platform, a site profile or a category does not exist, or a category has no search
        words.
    """
    check_words(sweep)
    found = [target for scope in sweep.platforms for target in _searches(sweep, scope, run)]
    return [*found, *_start_targets(sweep, run)]


def unnamed_private_hosts(sweep: Sweep) -> tuple[str, ...]:
    """``host:port`` of each private address that a sweep would visit, and that it does not name."""
    policy = AddressPolicy(sweep.private_hosts)
    urls = [str(url) for url in (*(scope.base_url for scope in sweep.platforms), *sweep.start_urls)]
    unnamed = (url for url in urls if not policy.names(urlsplit(url).hostname or "", port_of(url)))
    return tuple(dict.fromkeys(filter(None, map(private_host, unnamed))))


def categories_of(sweep: Sweep) -> tuple[str, ...]:
    """Codes of all categories that a sweep looks for: its year's pack 品类包, then its own, then local ones.

    Raises:
        SweepError: the year has no pack, a code means two things, or words are given for none of them.
    """
    tree = load_categories()
    pack = [category.code for category in tree if sweep.category_pack in category.campaign_years]
    if sweep.category_pack and not pack:
        years = sorted({year for category in tree for year in category.campaign_years})
        raise SweepError(
            Problem.PACK_UNKNOWN, year=sweep.category_pack or "", known=", ".join(map(str, years))
        )
    local = [category.code for category in sweep.local_categories]
    if taken := [code for code in local if code in tree.categories]:
        raise SweepError(Problem.LOCAL_CODE_TAKEN, code=taken[0])
    codes = tuple(dict.fromkeys([*pack, *sweep.categories, *local]))
    if unknown := sorted({*sweep.keywords, *sweep.negative_words} - set(codes)):
        raise SweepError(Problem.WORDS_UNPLANNED, codes=", ".join(unknown))
    return codes


def check_words(sweep: Sweep) -> None:
    """Looks up what a sweep names in the category tree and in the promotion calendar.

    Raises:
        SweepError: a category, a promotion or a word whose variants are given does not exist.
    """
    searched = {word for category in categories_of(sweep) for word in keywords_of(sweep, category)}
    if stray := sorted(set(sweep.variants) - searched):
        raise SweepError(Problem.VARIANTS_UNSEARCHED, words="、".join(stray))
    if isinstance(sweep.cadence, PeakCadence):
        load_promotions().get(sweep.promotion)


def keywords_of(sweep: Sweep, category: str) -> tuple[str, ...]:
    """Search words of a category: the sweep's own, else the first of the category tree, with their variants.

    Raises:
        SweepError: there are none.
    """
    local = {each.code: each.keywords for each in sweep.local_categories}
    words = sweep.keywords.get(category) or local.get(category)
    if not words:
        words = load_categories().keywords(category)[:KEYWORDS_PER_CATEGORY]
    if not words:
        raise SweepError(Problem.CATEGORY_WORDLESS, code=category)
    return tuple(dict.fromkeys(each for word in words for each in (word, *sweep.variants.get(word, ()))))


def _searches(sweep: Sweep, scope: PlatformScope, run: str) -> list[Target]:
    search = _search_of(scope)
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
        for category in categories_of(sweep)
        for url in dict.fromkeys(search(word) for word in keywords_of(sweep, category))
    ]


def _search_of(scope: PlatformScope) -> Callable[[str], str]:
    """From a search word to the address of its first result page."""
    try:
        adapter = adapter_for(scope)
    except SiteProfileError as error:
        raise SweepError(Problem.PROFILE_BROKEN, platform=scope.platform, why=str(error)) from error

    def search(word: str) -> str:
        try:
            return adapter.search_url(word)
        except SweepError as error:
            raise SweepError(Problem.SEARCH_UNKNOWN, platform=scope.platform) from error

    return search


def _start_targets(sweep: Sweep, run: str) -> list[Target]:
    platform_of = {urlsplit(str(scope.base_url)).netloc: scope.platform for scope in sweep.platforms}
    targets = []
    for position, start in enumerate(sweep.start_urls, start=1):
        host = urlsplit(str(start)).netloc
        if host not in platform_of:
            raise SweepError(Problem.START_ELSEWHERE, url=str(start), host=host)
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
