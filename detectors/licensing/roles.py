"""Whose a number or a name is 主体归属, by the words that stand before it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from detectors.licensing.folded import Folded, any_of
from rules.licensing import LicensingWords

SHOP = "shop"
_LABEL_PLACE = (
    r"[^,。;，；!?\n\t\d]{{0,10}}(?:[:\t(]|统一|信用|营业|执照|注册号|\Z)|\s{{0,2}}[^\s]{{2,30}}公司"
    r"|[ \t]{{1,2}}[一-龥]{{3,30}}[厂坊场社店行](?=[,，;；。\s]|$)"
    r"|[ \t]*的?(?:{ends}){{0,3}}[ \t]*\n"
)
"""Where a role word says whose: before a value, a label or a name, or at the end of a heading."""
_HAS_ITS_OWN = re.compile(r"[^\n:\t]{0,10}[:\t][ \t]?[^\n\s]|\s{0,2}[^\s]{2,30}公司")
"""What follows a role word that says at once whom it means."""
_NOTE = re.compile(r"[一-龥]{2}\([ \t]?$")
_PARTS = re.compile(r"[\s|:;,，；、/]+|\(|\)")
_ENDS_NAME = re.compile(r"[一-龥]{4}$")
_IN_NAME = re.compile(r"[一-龥]{0,2}(?:\([一-龥]{2,8}\))?[一-龥]{0,2}(?:有限|股份)")
_NAME_BEFORE = re.compile(r"[一-龥]{2}$")


def name_pattern(words: LicensingWords) -> re.Pattern[str]:
    """Names after their labels; ``blocked`` matches labels of other names."""
    blocked = "|".join(map(re.escape, words.not_name_labels))
    label = any_of(words.name_labels)
    # 企业/字号名称: two labels that share a value.
    label = rf"(?:{label})(?:[ \t]?[/、或][ \t]?(?:{label}))?"
    return re.compile(
        rf"(?P<blocked>{blocked})|(?P<label>{label})(?:(?:信息|资料)(?=[ \t]?[:=>]))?"
        r"(?:\s?\([^()\n]{0,12}\))?[ \t]?"
        r"(?P<mark>\s?[:|=>—-]\s?|[ \t]+/[ \t]+"
        r"|\n\s?:?|\t|\s{0,2}(?:(?<=名称)|(?<=全称)|(?<=主体)|(?<=单位)))"
        r"(?P<value>[^\n\t]{2,80})"
    )


def _shapes(words: LicensingWords) -> Iterator[str]:
    """Patterns of role words that are made of a doing and a doer: 委托生产 + 企业."""
    for role, shapes in words.role_shapes.items():
        doing = "|".join(Folded(word).text for word in shapes.doing)
        doer = "|".join(sorted((Folded(word).text for word in shapes.doer), key=len, reverse=True))
        yield f"(?P<{role}>(?:{doing})(?:{doer}))"


class RoleReader:
    """Role words made ready to search."""

    def __init__(self, words: LicensingWords) -> None:
        roles = {Folded(word).text: role for role, listed in words.roles.items() for word in listed}
        roles |= {Folded(word).text: SHOP for word in words.headings if Folded(word).text not in roles}
        self._role = re.compile(f"(?:{'|'.join((*_shapes(words), any_of(roles)))}){_no_other(words, roles)}")
        self._roles = roles
        self._place = re.compile(_LABEL_PLACE.format(ends=any_of(words.heading_ends)))
        self._value_of = re.compile(rf"(?:{any_of(words.kinds_of)})[:\s]{{1,3}}[一-龥]{{0,6}}$")
        self._sought = re.compile(rf"(?:{any_of(words.sought)})(?:[一-龥]{{1,4}}[、/])?$")
        self._sold_by = re.compile(rf"\)?[^。\n]{{0,4}}(?:{any_of(words.sold_by)})")
        self._name = name_pattern(words)
        self._organisation = re.compile(rf"[一-龥A-Z0-9·&]{{4,40}}?{words.operator_suffix}")

    def others_in(self, line: str) -> bool:
        """Whether a line speaks of somebody else than the shop."""
        words = self._role.finditer(line)
        return any(self._kind_of(word) != SHOP and not self._says_nothing(line, word) for word in words)

    def _says_nothing(self, text: str, match: re.Match[str]) -> bool:
        """Whether a role word is of a name, or is no one's in particular: 经营模式：生产厂家."""
        before, rest = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 2]
        is_note = rest[:1] == ")" and bool(_NOTE.search(before))
        if self._sought.search(before):
            return True
        is_value = not rest.strip(" ").startswith(":") and bool(self._value_of.search(before))
        return is_note or is_value or _is_of_name(text, match)

    def _kind_of(self, match: re.Match[str]) -> str:
        return self._roles.get(re.sub(r"\s", "", match[0])) or match.lastgroup or SHOP

    def before(self, window: str, after: str = "") -> tuple[str, str]:
        """Whose number stands between ``window`` and ``after``: the last word in label position tells."""
        role, word, closed, last = SHOP, "", False, -100
        for match in self._role.finditer(window):
            spelled = re.sub(r"\s", "", match[0])
            kind = self._kind_of(match)
            rest = window[match.end() :]
            if kind != SHOP and self._says_nothing(window, match):
                continue
            if kind == SHOP:
                # 平台营业执照, 品牌方信息: the first word says whose.
                if role == SHOP or match.start() - last >= 7 or "\n" in window[last : match.start()]:
                    role, word, closed = SHOP, spelled, False
            elif kind in {"example", "invoice"}:
                if "\n" not in rest:
                    role, word, closed = kind, spelled, False
            elif self._place.match(rest):
                role, word = kind, spelled
                closed = bool(_HAS_ITS_OWN.match(rest))
            last = match.end()
        if word.endswith("由") and self._sold_by.match(after):
            # 本店商品由某公司（…）销售: who sells is the shop.
            return SHOP, ""
        if (
            role != SHOP
            and closed
            and (self._later_name(window[last:], after) or (role == "service" and "\n" in window[last:]))
        ):
            return SHOP, ""
        return role, word

    def _later_name(self, rest: str, after: str) -> bool:
        # 技术支持：甲公司 / 企业名称：乙店 / 代码: a name of its own on a later line ends the role before it.
        # What stands right below a heading is what the heading is for.
        first, *later = rest.lstrip().split("\n", 1)
        own, *below = after.split("\n")
        if not self._organisation.search(first) and any(self._names_in("\n".join((own, *below[:1])))):
            # 快递：韵达 / 代码 / 某公司: what the role names has no number of its own.
            return True
        if not later:
            return False
        around = (later[0], own, "\n".join(below[:2]))
        if any(match["label"] for match in self._name.finditer(later[0])):
            return True
        names = [match["value"] for each in around for match in self._name.finditer(each) if match["label"]]
        names += self._names_in(later[0] + own)
        return any(name.strip() not in first for name in names)

    def _names_in(self, text: str) -> Iterator[str]:
        return (part for part in _PARTS.split(text) if self._organisation.fullmatch(part))


def _no_other(words: LicensingWords, roles: Iterable[str]) -> str:
    """A pattern that fails where another word begins within and goes on: 批发方 in 批发方案."""
    ends = {*roles, *(doer for shapes in words.role_shapes.values() for doer in shapes.doer)}
    others: dict[str, list[str]] = defaultdict(list)
    for word in words.not_roles:
        for at in range(1, len(word)):
            if any(end.endswith(word[:at]) for end in ends):
                others[word[:at]].append(word[at:])
    return "".join(f"(?!(?<={begun})(?:{'|'.join(rest)}))" for begun, rest in others.items())


def _is_of_name(text: str, match: re.Match[str]) -> bool:
    """Whether a role word is part of a name, as in 西湖区青杉食品加工厂 or 青杉物流（杭州）有限公司."""
    start, end = match.span()
    if _ENDS_NAME.search(text, max(0, start - 8), start) and not text.startswith(":", end):
        return True
    return bool(_NAME_BEFORE.search(text, max(0, start - 4), start) and _IN_NAME.match(text, end))
