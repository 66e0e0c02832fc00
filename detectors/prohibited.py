"""Prohibited goods 禁售商品: listings whose texts name goods that may not be sold."""

from __future__ import annotations

from dataclasses import dataclass

from detectors.wording import MOST_SPANS, WordingDetector

__all__ = ["MOST_SPANS", "ProhibitedDetector"]


@dataclass(frozen=True, slots=True)
class ProhibitedDetector(WordingDetector):
    """The term rules of ``rules/prohibited`` alone."""

    kinds: tuple[str, ...] = ("prohibited",)
    name: str = "prohibited/2"
