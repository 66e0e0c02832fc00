"""Colours of newer style sheets: known pairs, what is out of range, and text in the colour of its ground."""

from __future__ import annotations

import pytest

from detectors.licensing.page import read_page
from detectors.licensing.values import colour
from domain.page_text import Seen


@pytest.mark.parametrize(
    ("written", "srgb"),
    [
        ("oklch(62.8% 0.2577 29.23)", (1, 0, 0)),
        ("oklab(86.64% -0.2339 0.1795)", (0, 1, 0)),
        ("lab(54.29 80.80 69.89)", (1, 0, 0)),
        ("lch(29.57% 131.2 301.37)", (0, 0, 1)),
        ("hwb(120 0% 0%)", (0, 1, 0)),
        ("color(display-p3 1 1 1)", (1, 1, 1)),
        ("lab(100% 0 0)", (1, 1, 1)),
        ("oklch(none none none)", (0, 0, 0)),
    ],
)
def test_newer_notations_name_known_colours(written: str, srgb: tuple[int, int, int]) -> None:
    found = colour(written)
    assert found is not None
    assert found[:3] == pytest.approx(srgb, abs=0.02)


@pytest.mark.parametrize("written", ["lab(1e308 1e308 1)", "oklch(1e200 1e200 1e200)", "lch(-1e308 1 nan)"])
def test_numbers_beyond_all_bounds_raise_nothing(written: str) -> None:
    found = colour(written)
    assert found is None or all(0 <= part <= 1 for part in found)


@pytest.mark.parametrize(
    ("ink", "ground", "seen"),
    [
        ("oklch(100% 0 0)", "#fff", Seen.HIDDEN),
        ("hwb(0 100% 0%)", "lab(100% 0 0)", Seen.HIDDEN),
        ("lab(100% 0 0)", "#222", Seen.VISIBLE),
        ("oklch(20% 0 0)", "white", Seen.VISIBLE),
    ],
)
def test_text_in_the_colour_of_its_ground_is_hidden(ink: str, ground: str, seen: Seen) -> None:
    page = read_page(f"<p style='background:{ground}'><span style='color:{ink}'>营业执照</span></p>")
    assert "营业执照" in page.view(seen).text
