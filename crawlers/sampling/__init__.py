"""Frames, designs and inclusion probabilities 抽样: arithmetic on domain types.

May import: domain. No Scrapy, no storage, no clock.
"""
