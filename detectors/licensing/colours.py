"""Colours as sRGB 颜色换算: lab, lch, oklab, oklch, display-p3, and what filters and blending leave.

Source:
    CSS Color Module Level 4, sections 10 and 17: matrices, transfer functions and the D50 white.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

Three = tuple[float, float, float]
_Matrix = tuple[Three, Three, Three]

_XYZ_TO_SRGB: _Matrix = (
    (3.2409699419045213, -1.5373831775700935, -0.4986107602930033),
    (-0.9692436362808798, 1.8759675015077206, 0.04155505740717561),
    (0.05563007969699361, -0.20397695888897657, 1.0569715142428786),
)
_D50_TO_D65: _Matrix = (
    (0.955473421488075, -0.02309845494876471, 0.06325924320057072),
    (-0.0283697093338637, 1.0099953980813041, 0.021041441191917323),
    (0.012314014864481998, -0.020507649298898964, 1.330365926242124),
)
_P3_TO_XYZ: _Matrix = (
    (0.48657094864821626, 0.26566769316909294, 0.1982172852343625),
    (0.22897456406974884, 0.6917385218365062, 0.079286914093745),
    (0.0, 0.045113381858902575, 1.0439443689009757),
)
_OKLAB_TO_LMS: _Matrix = (
    (1.0, 0.3963377773761749, 0.2158037573099136),
    (1.0, -0.1055613458156586, -0.0638541728258133),
    (1.0, -0.0894841775298119, -1.2914855480194092),
)
_LMS_TO_XYZ: _Matrix = (
    (1.2268798758459243, -0.5578149944602171, 0.2813910456659647),
    (-0.0405757452148008, 1.112286803280317, -0.0717110580655164),
    (-0.0763729366746601, -0.4214933324022432, 1.5869240198367816),
)
_D50: Three = (0.3457 / 0.3585, 1.0, (1.0 - 0.3457 - 0.3585) / 0.3585)
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27


_FUNCTION = re.compile(r"(brightness|invert|contrast)\(\s*([\d.]{1,12})?(%?)\s*\)")
_BLENDS: dict[str, Callable[[float, float], float]] = {
    "screen": lambda front, back: front + back - front * back,
    "lighten": max,
    "multiply": lambda front, back: front * back,
    "darken": min,
    "difference": lambda front, back: abs(front - back),
    "exclusion": lambda front, back: front + back - 2 * front * back,
    "plus-lighter": lambda front, back: min(1.0, front + back),
}


def filtered(colour: Sequence[float], value: str) -> Three:
    """Red, green and blue after the ``filter`` functions that can take letters and ground together.

    Source:
        Filter Effects Module Level 1, section 12.

    >>> filtered((0, 0, 0), "brightness(0) invert(1)")
    (1.0, 1.0, 1.0)
    """
    red, green, blue = (float(part) for part in colour[:3])
    for name, number, percent in _FUNCTION.findall(value):
        amount = float(number or 1) / (100 if percent else 1)
        match name:
            case "brightness":
                red, green, blue = (min(1.0, part * amount) for part in (red, green, blue))
            case "invert":
                red, green, blue = (part + min(1.0, amount) * (1 - 2 * part) for part in (red, green, blue))
            case _:
                red, green, blue = (
                    min(1.0, max(0.0, (part - 0.5) * amount + 0.5)) for part in (red, green, blue)
                )
    return red, green, blue


def blended(mode: str, front: Sequence[float], back: Sequence[float]) -> Three:
    """Red, green and blue of ``front`` laid over ``back`` by ``mix-blend-mode``; as it is for other modes.

    >>> blended("lighten", (0, 0, 0), (1, 1, 1))
    (1, 1, 1)
    """
    mix = _BLENDS.get(mode)
    pairs = zip(front[:3], back[:3], strict=True)
    red, green, blue = (mix(one, other) if mix else one for one, other in pairs)
    return red, green, blue


def to_srgb(space: str, coordinates: Sequence[float | None]) -> Three | None:
    """Red, green and blue, not yet clipped to 0..1; ``None`` for a space that is not known.

    >>> [abs(round(each, 2)) for each in to_srgb("oklch", (0.628, 0.2577, 29.23))]
    [1.0, 0.0, 0.0]
    >>> [round(each, 2) for each in to_srgb("lab", (100, 0, 0))]
    [1.0, 1.0, 1.0]
    """
    first, second, third = (each or 0.0 for each in coordinates)
    if space in {"lch", "oklch"}:
        angle = math.radians(third)
        second, third = second * math.cos(angle), second * math.sin(angle)
    if space in {"lab", "lch"}:
        return _from_xyz(_times(_D50_TO_D65, _lab((first, second, third))))
    if space in {"oklab", "oklch"}:
        long, middle, short = _times(_OKLAB_TO_LMS, (first, second, third))
        return _from_xyz(_times(_LMS_TO_XYZ, (long**3, middle**3, short**3)))
    if space == "display-p3":
        return _from_xyz(_times(_P3_TO_XYZ, (_linear(first), _linear(second), _linear(third))))
    return None


def _lab(lab: Three) -> Three:
    """CIE XYZ relative to D50 of L (0..100), a and b."""
    lightness, a, b = lab
    middle = (lightness + 16) / 116
    x, z = middle + a / 500, middle - b / 200
    return (
        (x**3 if x**3 > _EPSILON else (116 * x - 16) / _KAPPA) * _D50[0],
        middle**3 if lightness > _KAPPA * _EPSILON else lightness / _KAPPA,
        (z**3 if z**3 > _EPSILON else (116 * z - 16) / _KAPPA) * _D50[2],
    )


def _from_xyz(xyz: Three) -> Three:
    red, green, blue = _times(_XYZ_TO_SRGB, xyz)
    return _encoded(red), _encoded(green), _encoded(blue)


def _times(matrix: _Matrix, vector: Three) -> Three:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def _linear(value: float) -> float:
    size = abs(value)
    return math.copysign(size / 12.92 if size <= 0.04045 else ((size + 0.055) / 1.055) ** 2.4, value)


def _encoded(value: float) -> float:
    size = abs(value)
    return math.copysign(12.92 * size if size <= 0.0031308 else 1.055 * size ** (1 / 2.4) - 0.055, value)
