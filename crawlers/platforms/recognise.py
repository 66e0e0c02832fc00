"""Which adapter reads a recorded page whose sweep is not known: by its host, else the generic one."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from crawlers.platforms.base import Adapter, Page
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.registry import adapter_modules
from crawlers.platforms.tree import tree_of, xpath

_ADDRESS = xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
_NAME = re.compile(r"[^a-z0-9]+")


def address_in(text: str) -> str:
    """The address that a page gives as its own; "" when it gives none."""
    if text.lstrip()[:1] != "<":
        return ""
    return next((str(link) for link in _ADDRESS(tree_of(text)) if str(link).startswith("http")), "")


def reader_for(page: Page) -> Adapter:
    """The adapter of the platform at the page's host, else the generic adapter."""
    host = (urlsplit(page.url).hostname or "unknown").lower()
    labels = host.split(".")
    for start in range(len(labels)):
        name = _adapters_by_host().get(".".join(labels[start:]))
        if name is not None:
            adapter: Adapter = adapter_modules()[name].adapter(f"https://{host}/")
            return adapter
    return GenericAdapter(platform=_NAME.sub("-", host), base_url=f"https://{host}/")


@lru_cache(maxsize=1)
def _adapters_by_host() -> dict[str, str]:
    return {host: name for name, module in adapter_modules().items() for host in getattr(module, "HOSTS", ())}
