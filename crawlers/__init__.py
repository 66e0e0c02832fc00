"""Scrapy's side: the spider, platform adapters, sampling, downloader middlewares, and the process that runs a crawl.

May import: detectors, evidence, registry, storage, rules, domain. Meets pipelines through items and settings only.
"""
