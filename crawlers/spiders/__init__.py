"""Scrapy's spiders. There is one: every sweep is visited by the same."""

# Scrapy's TLS looks through all modules that are loaded by then, which costs half a second once ours are.
import scrapy.core.downloader.handlers.http11  # noqa: F401
