"""The shipped rules and the detectors made of them, each made once a process: making one takes seconds."""

from __future__ import annotations

from functools import cache

from detectors.licence import LicenceDetector
from detectors.prohibited import ProhibitedDetector
from detectors.wording import WordingDetector
from rules.catalogue import Catalogue
from rules.loader import load_catalogue, load_packs
from rules.packs import RulePacks


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def packs() -> RulePacks:
    return load_packs(catalogue())


@cache
def wording() -> WordingDetector:
    """Judges by all text rules."""
    return WordingDetector(packs(), catalogue())


@cache
def prohibited() -> ProhibitedDetector:
    return ProhibitedDetector(packs(), catalogue())


@cache
def licence() -> LicenceDetector:
    return LicenceDetector(packs(), catalogue())
