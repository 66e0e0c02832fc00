"""Scrapy's spiders. There is one: every sweep is visited by the same."""
