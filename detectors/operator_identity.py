"""Who stands behind a shop 经营主体: only what was displayed and verified makes two shops one operator's.

Anybody can write another's number or name on a page. A number counts where it was seen and the register has
it under the name shown; everything else is a claim, kept beside it for a person.
"""

from __future__ import annotations

import hashlib
import re

from detectors.licensing.model import Outcome, State
from domain.licence import LicenceCapture
from domain.page_text import PageText, Seen
from domain.register import normal_name

_SHOWN_TRUE = frozenset({State.OK, State.OK_LINK, State.STATUS_ABNORMAL})
_PERSON = re.compile(
    r"(?:经营者|负责人|店主|姓名|主体名称|名称)(?:姓名|名称)?\s*[:：]\s*([一-龥·]{2,20})"
    r"|本人([一-龥·]{2,6}?)(?:为|系|是|[，,（(])"
)
_PLACE = re.compile(
    r"(?:经营地址|经营场所|实际地址|联系地址|住所|地址)\s*[:：]\s*"
    r"([一-龥](?:(?!联系|电话|手机|邮编|客服)[\w()（）#\-－]){5,60})"
)
_ROOM = re.compile(r"[\d一二三四五六七八九十]+\s*(?:号|室|栋|幢|楼|组|单元)")
_KEY_LENGTH = 16


def identity_of(outcome: Outcome, capture: LicenceCapture) -> str:
    """The key under which an operator is one subject in every shop 同一主体; "" where nothing proves it.

    Its code, where the shop shows its old number or has typed a letter for a digit; ``declared-…``, from name
    and address, for who declares to be exempt from registration and so has no number.
    """
    if outcome.state is State.OK_EXEMPT:
        return _declared(capture)
    row = outcome.operator
    if row is None or outcome.state not in _SHOWN_TRUE:
        return ""
    if outcome.state is State.STATUS_ABNORMAL and not _is_named(outcome):
        return ""
    return row.code or row.old_number


def number_of(outcome: Outcome) -> str:
    """The number shown, or the code that it stands for; a claim as long as ``identity_of`` gives nothing."""
    row = outcome.operator
    if row is None or not row.code or outcome.state is State.NAME_MISMATCH:
        return outcome.code_shown
    return row.code


def _is_named(outcome: Outcome) -> bool:
    """Status is judged before the name: an abnormal one may be shown by somebody else."""
    row = outcome.operator
    if row is None or not outcome.name_shown:
        return row is not None
    names = {normal_name(name) for name in (row.name, *row.former_names)}
    return normal_name(outcome.name_shown) in names


def _declared(capture: LicenceCapture) -> str:
    pages = [capture.page, *(linked.text for linked in capture.linked if linked.text)]
    for page in pages:
        person, place = _first(_PERSON, page), _first(_PLACE, page)
        # A town alone is no address: too many people of one name live there.
        if person and place and _ROOM.search(place):
            key = f"{normal_name(person)}\x1f{normal_name(place)}"
            return f"declared-{hashlib.sha256(key.encode()).hexdigest()[:_KEY_LENGTH]}"
    return ""


def _first(pattern: re.Pattern[str], page: PageText) -> str:
    found = pattern.search(page.view(Seen.VISIBLE, Seen.REACHABLE).text)
    return next(filter(None, found.groups()), "") if found else ""
