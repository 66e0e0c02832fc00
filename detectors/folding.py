"""Text folding 归一化 with the way back: variant spellings become one, and offsets survive.

Folded per character: compatibility forms (NFKC: full width, circled), case, common traditional characters;
dropped: zero-width characters, combining marks, white space, punctuation and symbols. Every step works on one
character at a time, so folding is linear and the offset of each folded character is exact.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

# Traditional characters 繁体字 that occur in trade in barred goods, each with its simplified form.
_TRADITIONAL = (
    "槍枪彈弹煙烟電电煉炼藥药醫医證证發发賣卖買买號号碼码資资訊讯單单評评價价體体動动製制貨货貴贵頭头"
    "龍龙龜龟鳥鸟魚鱼貓猫馬马豬猪雞鸡鴨鸭鷹鹰鸚鹦鵡鹉獵猎網网夾夹獸兽槓杠槃盘竊窃聽听聲声錄录攝摄機机"
    "蔘参劍剑劃划劑剂針针鋼钢鐵铁銅铜銀银錢钱幣币賭赌莊庄膠胶膽胆臟脏腦脑戶户帳账賬账護护執执業业駕驾"
    "駛驶學学歷历書书圖图畫画師师軍军國国際际關关門门開开飛飞氣气氫氢鉀钾鈉钠劇剧滅灭殺杀蟲虫農农種种"
    "產产廠厂廣广東东風风濕湿腎肾陽阳壯壮減减療疗聯联繫系繋系級级極极純纯顏颜顧顾預预儲储購购貸贷還还"
    "進进遠远過过運运選选週周邊边無无現现實实專专寶宝寵宠對对導导將将當当來来傳传優优備备儀仪億亿僅仅"
    "偽伪傑杰傘伞償偿兒儿內内兩两冊册凍冻別别剛刚剝剥勁劲務务勝胜勞劳勢势匯汇區区協协厭厌參参叢丛吳吴"
    "員员問问啟启喪丧喬乔嗎吗嘔呕嚇吓嚴严囑嘱團团園园圓圆圍围場场塊块堅坚報报塗涂"
    "銷销虛虚頻频錶表贗赝鎖锁鏡镜紙纸條条滿满萬万點点費费額额訂订閱阅節节牆墙測测鑒鉴瀉泻蘿萝蔔卜黃黄"
    "絲丝濾滤嚮向彎弯環环轉转賺赚獎奖籤签"
    "統统會会營营註注經经從从屬属術术諾诺標标識识"
)
_SIMPLIFIED = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))
_DROPPED = frozenset({"M", "P", "S", "Z", "C"})
_MOST_KNOWN = 20_000


def fold_character(character: str) -> str:
    """What one character counts as: its plain spelling, or "" for one that only separates or decorates.

    >>> [fold_character(c) for c in "Ａ②槍*\u200b"]
    ['a', '2', '枪', '', '']
    """
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(_SIMPLIFIED.get(c, c) for c in plain if unicodedata.category(c)[0] not in _DROPPED)


class _Folds(dict[str, str]):
    """Memory of ``fold_character``; bounded, since hostile text may hold every character there is."""

    def __missing__(self, character: str) -> str:
        folded = fold_character(character)
        if len(self) < _MOST_KNOWN:
            self[character] = folded
        return folded


_FOLDS = _Folds()


@dataclass(frozen=True)
class Folded:
    """A text, its folded form, and where each folded character came from."""

    original: str
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(map(_FOLDS.__getitem__, self.original)))

    @cached_property
    def origins(self) -> list[int]:
        """For each folded character, the offset of the original one; made only where something was found."""
        return [at for at, character in enumerate(self.original) for _ in range(len(_FOLDS[character]))]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Original offsets of the folded stretch ``[start, end)``, which is not empty."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> str:
    """The folded spelling alone.

    >>> fold("象 *牙")
    '象牙'
    """
    return "".join(map(_FOLDS.__getitem__, text))


def fold_all(words: Iterable[str]) -> tuple[str, ...]:
    """Folded spellings of ``words``."""
    return tuple(fold(word) for word in words)
