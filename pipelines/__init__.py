"""Scrapy item pipelines in order: validate, preserve, store, detect; and the analysis that ends a run.

May import: detectors, evidence, registry, storage, rules, domain. Meets crawlers through items and settings.
"""
