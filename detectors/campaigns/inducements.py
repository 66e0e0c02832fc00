"""Inducements 好评返现: a reward tied to a good review, in reviews, seller replies and listing texts.

A sentence counts when a review act (好评, 五星, 晒图 …) and a reward (返现, 红包, 领券 …) stand close
together, in any spelling that folding undoes. Denials ("没有返现") count nothing; a complaint that the reward
never came says that one was offered, but not that the review is bought.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detectors.folding import Folded

_ACT = (
    r"(?:好评|五星|5星|满分|全5分|全五分|晒图|晒单|晒照|晒买家秀|带图|追评|美评|写评|发评论|发评价|评价截图|评论截图|截图|配图"
    r"|五分(?!钟)|(?<![a-z])hp)"
)
_SURE = (
    r"(?:返现|反现|返利|返红包|红包(?!雨)|现金|免单|返款|返钱|返佣|话费|全额[返退]|奖励金|返还"
    r"|[返退]了?您?[0-9一二三四五六七八九十两几]+(?:块|元|圆|毛)|领[0-9一二三四五六七八九十]+(?:块|元)|有礼)"
)
_GIVEN = r"(?:返(?![厂修工回])|送(?![货到达的装来上过给人去])|赠|领|兑|抽奖|奖励|抵)"
_SELLER = r"(?:店家|卖家|商家|客服|老板|掌柜|店主|小卡片|卡片|纸条)"
_ASKED = r"(?:让|要求|求|叫|请|说|承诺|答应|只要|引导|诱导)"
_LOOSE = (
    rf"{_ACT}.{{0,10}}?{_SURE}|{_SURE}.{{0,10}}?{_ACT}|五返现"
    rf"|(?:加|扫|联系).{{0,6}}(?:微信|客服|二维码|码|薇|v|v信).{{0,8}}(?:领|返|红包(?!雨)|现金)"
    rf"|{_SELLER}.{{0,8}}{_ASKED}.{{0,6}}(?:好评|五星|5星)"
)
# Act and reward side by side make an offer only within one clause: "好评，送货快" is none.
_TIGHT = rf"{_ACT}[后就可能即有都]{{0,3}}{_GIVEN}"
_PATTERN = re.compile(rf"(?P<loose>{_LOOSE})|(?P<tight>{_TIGHT})")
_CLAUSE_END = re.compile(r"[，。！？；,!?;\n~～…、\s]")
_DENIED = re.compile(
    r"(?:没有|并没|不是|并非|无需|不用|不需要|没人|从不|绝无|禁止|拒绝|杜绝|未参加|不搞|没要求|不返)"
)
_BROKEN = re.compile(
    r"(?:没给|没返|没收到|没到账|不给|不兑现|没兑现|未返|未收到|骗|说好的|不理|不认|没有给|没有返|没有收到|没送|耍赖|假的|至今|也没)"
)
_AROUND = 12
_HINT = r"返|反|红|现金|免单|券|礼|奖|领|话费|退|送|赠|兑|抵|好\s*评|五\s*星|5\s*星"


class Offer(StrEnum):
    """What a text says about a reward for reviews."""

    MADE = "made"
    BROKEN = "broken"
    """Offered, but not kept: the writer complains."""


@dataclass(frozen=True, slots=True)
class Inducement:
    """One place in a text that ties a reward to a review; half-open code points of the text as given."""

    offer: Offer
    start: int
    end: int
    quote: str


def inducements(text: str) -> tuple[Inducement, ...]:
    """Places in ``text`` that tie a reward to a review.

    >>> [(found.offer.value, found.quote) for found in inducements("很好！好 评返*现5元")]
    [('made', '好 评返*现')]
    >>> inducements("没有好评返现，纯自己写的")
    ()
    """
    folded = Folded(text)
    found = []
    for match in _PATTERN.finditer(folded.text):
        before = folded.text[max(match.start() - 6, 0) : match.start()]
        if _DENIED.search(before) or _DENIED.search(match[0]):
            continue
        start, end = folded.original_span(*match.span())
        if match["tight"] and _CLAUSE_END.search(text[start:end]):
            continue
        around = folded.text[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
        offer = Offer.BROKEN if _BROKEN.search(around) else Offer.MADE
        found.append(Inducement(offer, start, end, text[start:end]))
    return tuple(found)


def offers(column: pl.Series) -> NDArray[np.int8]:
    """Per text: 1 an offer is made, -1 one was broken, 0 none is mentioned. Equal texts are read once."""
    found = np.zeros(len(column), dtype=np.int8)
    hinted = column.str.contains(_HINT)
    rows = np.flatnonzero(hinted.to_numpy())
    known: dict[str, int] = {}
    for row, text in zip(rows.tolist(), column.filter(hinted), strict=True):
        if text not in known:
            seen = {place.offer for place in inducements(text)}
            known[text] = 1 if Offer.MADE in seen else -1 if seen else 0
        found[row] = known[text]
    return found
