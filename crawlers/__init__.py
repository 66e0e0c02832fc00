"""Scrapy's side: spider, platform adapters, sampling, downloader middlewares, and crawl processes.

May import: detectors, evidence, registry, storage, rules, domain. Meets pipelines through items and settings.
"""
