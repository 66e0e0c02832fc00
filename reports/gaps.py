"""What a snapshot lacks 固定缺项, told in the reader's language.

Evidence keeps a gap as the English text that it was recorded with, and stays as it is; here that text is
recognised by the patterns of ``reports/gaps.yaml``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from reports.labels import reason_name

_TIMES = re.compile(r" \((\d+)\)$")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    entries = yaml.safe_load(Path(__file__).with_name("gaps.yaml").read_text(encoding="utf-8"))
    return tuple((_pattern(entry["en"]), entry["zh"]) for entry in entries)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    # Texts and names of places take turns.
    return re.compile(
        "".join(f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)),
        re.DOTALL,
    )


def told_gap(language: str, gap: str) -> str:
    """A gap in ``zh`` or ``en``; one that no pattern knows, as it was recorded.

    >>> told_gap("zh", "render: not loaded: image (12)")
    '渲染：未加载资源，类型 image（12次）'
    """
    if language == "en":
        return gap
    times = _TIMES.search(gap)
    text = gap[: times.start()] if times else gap
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            if "reason" in values:
                values["reason"] = reason_name(language, values["reason"])
            return sentence.format(**values) + (f"（{times[1]}次）" if times else "")
    return gap
