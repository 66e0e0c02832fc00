"""Which adapter reads a recorded page whose sweep is not known: by its host, else the generic one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from urllib.parse import urlsplit

from crawlers.platforms.base import Adapter, Page
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.registry import adapter_modules, bundled_profiles
from crawlers.platforms.site_profile import SiteProfile
from crawlers.platforms.tree import tree_of, xpath

_ADDRESS = xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
_NAME = re.compile(r"[^a-z0-9]+")


def address_in(text: str) -> str:
    """The address that a page gives as its own; "" when it gives none."""
    if text.lstrip()[:1] != "<":
        return ""
    return next((str(link) for link in _ADDRESS(tree_of(text)) if str(link).startswith("http")), "")


def reader_for(page: Page) -> Adapter:
    """The adapter or bundled site profile for the page's host, else the generic adapter."""
    host = (urlsplit(page.url).hostname or "unknown").lower()
    labels = host.split(".")
    for start in range(len(labels)):
        make = _makers_by_host().get(".".join(labels[start:]))
        if make is not None:
            return make(f"https://{host}/")
    return GenericAdapter(platform=_NAME.sub("-", host), base_url=f"https://{host}/")


@lru_cache(maxsize=1)
def _makers_by_host() -> dict[str, Callable[[str], Adapter]]:
    by_profile = {
        host: partial(_by_profile, name, profile)
        for name, profile in bundled_profiles().items()
        for host in profile.hosts
    }
    by_module: dict[str, Callable[[str], Adapter]] = {
        host: module.adapter for module in adapter_modules().values() for host in getattr(module, "HOSTS", ())
    }
    return by_profile | by_module


def _by_profile(name: str, profile: SiteProfile, base_url: str) -> Adapter:
    return ProfileAdapter(platform=name, base_url=base_url, profile=profile)
