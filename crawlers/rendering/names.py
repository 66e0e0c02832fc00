"""What a crawl calls things of its browser, here so that a crawl without one loads nothing of it."""

from __future__ import annotations

_HANDLER = "crawlers.rendering.handler.RenderingHandler"
HANDLERS = {"http": _HANDLER, "https": _HANDLER}
"""Scrapy's ``DOWNLOAD_HANDLERS`` for crawls in which an adapter asks for rendering."""

PAGES = "rendering"
"""Download slot of pages in the browser: they make no visit of their own, so no pause between them."""

RESOURCES = "page-resources"
"""Download slot of what pages load: a browser's burst, not a crawl's visits, so no pause between them."""
