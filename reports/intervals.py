"""Confidence intervals 置信区间 for what a sample shows; the arithmetic is that of ``crawlers.sampling``."""

from __future__ import annotations

from crawlers.sampling.intervals import exact_interval, wilson_interval

__all__ = ["exact_interval", "wilson_interval"]
