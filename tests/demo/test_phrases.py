from random import Random

import pytest

from demo.phrases import fill


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("原样", {"原样"}),
        ("", {""}),
        ("{甲|乙}丙", {"甲丙", "乙丙"}),
        ("{甲|{noun}的}{2-3}", {"甲2", "甲3", "红枣的2", "红枣的3"}),
        ("{noun}", {"红枣"}),
        ("{甲|}乙", {"甲乙", "乙"}),
        ("{只有一个}", {"只有一个"}),
    ],
)
def test_every_alternative_comes_and_nothing_else(pattern: str, expected: set[str]) -> None:
    rng = Random(3)
    assert {fill(pattern, rng, {"noun": "红枣"}) for _ in range(200)} == expected


def test_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError, match="nuon"):
        fill("{nuon}", Random(1), {"noun": "红枣"})


@pytest.mark.parametrize("pattern", ["{甲|乙", "甲}", "{甲{乙}"])
def test_unbalanced_braces_are_an_error(pattern: str) -> None:
    with pytest.raises(ValueError, match="braces"):
        fill(pattern, Random(1), {})
