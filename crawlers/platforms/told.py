"""What attribute rows 商品参数 and the title tell beside: brand, origin, standards, permits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crawlers.platforms.generic_words import PERMIT, STANDARD
from crawlers.platforms.payload import value_of

_LABELS = {
    "brand": ("品牌", "品牌名称"),
    "origin": ("产地", "商品产地", "原产地", "原产国/地区"),
    "produced": ("生产日期", "生产日期范围"),
    "mpn": ("货号", "型号", "款号"),
}
_NUMBERS = (("standards", STANDARD), ("permits", PERMIT))


def told_by(
    title: str, attributes: Sequence[tuple[str, str]], *, table: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Values by field, "" or () where nothing is told, and the places of those that are.

    Args:
        title: of the listing.
        attributes: its rows, (name, value).
        table: where the rows stood, as provenance shows it.
    """
    values: dict[str, Any] = {field: value_of(attributes, *labels) for field, labels in _LABELS.items()}
    places = {field: f"{table}: {' or '.join(_LABELS[field])}" for field, value in values.items() if value}
    # Model numbers may look like standard numbers.
    rows = (f"{name}：{value}" for name, value in attributes if name not in _LABELS["mpn"])
    text = "\n".join((title, *rows))
    for name, pattern in _NUMBERS:
        values[name] = tuple(dict.fromkeys(match[0] for match in pattern.finditer(text)))
        if values[name]:
            places[name] = f"{table} or title" if table else "title: read in it"
    return values, places
