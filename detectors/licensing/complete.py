"""What a display shows of what the law lists for its kind of operator 公示事项."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from detectors.licensing.folded import Folded
from detectors.licensing.model import Fact
from detectors.licensing.tables import rows_under_heads
from domain.licence import Listed
from rules.licensing import Duties, Item, LicensingWords, OperatorKind

_VALUE = (
    r"(?<![^\s:,;。、|()【/])[一-龥]{0,4}?(?:%s)[一-龥]{0,3}\)?(?:\s?\([^()\n]{0,12}\))?[】)]?"
    r"(?:[ \t]*[:=|][ \t]*\n?[ \t]*|[ \t]+|[ \t]*\n[ \t]*)(?P<value>[^\s,;。|][^\n\t,;。|]{0,59})"
)
_MASKED = re.compile(r"[*×X.。·-]*")
_NEXT = re.compile(r"\s+(?=[一-龥()]{2,14}:)|\s+$")
"""Where the next label begins in the line of a value."""
_FORM = re.compile(r"有限|股份|独资|合伙(?!人)|国有|集体")
"""A form of enterprise 企业类型: 有限责任公司 is what stands beside a label, though 公司 is one."""


class Completeness:
    """The list of the law made ready to be looked for."""

    def __init__(self, duties: Duties, words: LicensingWords) -> None:
        self.words = words
        items = [item for kind in duties.operators for item in kind.items]
        every = _any(word for item in items for word in item.words)
        note = r"(?:\([^()]{0,8}\))?"
        self._items = {_any(item.words): re.compile(_VALUE % _any(item.words)) for item in items}
        self._labels = re.compile(
            rf"[一-龥]{{0,4}}(?:{every})[一-龥]{{0,3}}{note}:|(?:{every}){note}$|.{{0,8}}代码$"
        )

    def of(self, kind: OperatorKind, text: str, name: str = "") -> tuple[Listed, ...]:
        """Each item of the list with what ``text`` shows of it; ``name`` where it was read otherwise."""
        folded = Folded(text).text
        rows = [(c.head, c.text) for row in rows_under_heads(folded, self._is_head) for c in row]
        return tuple(
            Listed(
                item=item.item,
                title=item.title,
                english=item.english,
                shown=(name if item.item == "name" else "") or self._shown(item, folded, rows),
            )
            for item in kind.items
        )

    def _shown(self, item: Item, text: str, columns: list[tuple[str, str]]) -> str:
        words = _any(item.words)
        for head, cell in columns:
            if re.search(words, head) and self._is_value(cell):
                return cell
        found = (_NEXT.split(match["value"], maxsplit=1)[0] for match in self._items[words].finditer(text))
        return next((value for value in found if self._is_value(value)), "")

    def _is_head(self, text: str) -> bool:
        bare = text.rstrip(":")
        return not _FORM.search(bare) and any(self._labels.fullmatch(each) for each in (bare, f"{bare}:"))

    def _is_value(self, text: str) -> bool:
        return (
            bool(text)
            and not self.words.is_pending(text)
            and not _MASKED.fullmatch(text)
            and not self._labels.match(text)
        )


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def incomplete(duties: Duties, kind: OperatorKind, listed: tuple[Listed, ...], day: date) -> Fact | None:
    """The warning on a display that lacks something that the law of ``day`` lists; ``None``: nothing lacks.

    The caller says where the display stands.
    """
    lacking = [each for each in listed if not each.shown]
    if not lacking or not duties.listed.holds_on(day):
        return None
    chinese, english = ("、".join(e.title for e in lacking), ", ".join(e.english for e in lacking))
    said = f"{duties.listed}所列{kind.title}公示事项未见：{chinese}"
    return Fact(
        code="LIC-INCOMPLETE",
        reason=f"{said}。Not seen ({kind.english}): {english}",
        confidence=0.5,
        listed=listed,
        refuted_by="该事项公示在首页他处，或者亮照链接所示执照载有该事项",
    )
