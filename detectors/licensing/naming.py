"""Whether a name as a page writes it is the registered one 名称核对: with notes, scripts, translations."""

from __future__ import annotations

import re

from detectors.folding import fold
from detectors.licensing.folded import any_of
from domain.register import normal_name
from rules.licensing import LicensingWords

_HAN = re.compile(r"[一-龥]")
_NOTE = re.compile(r"[ \t]*[(（\[【](?P<note>[^()（）\[\]【】]*)")
_WORD = re.compile(r"[^\s()（）]*")
_KIND_BEFORE = re.compile(r"个体(?:工商)?户")


def plain_name(name: str) -> str:
    """The spelling under which names are compared: ``normal_name``, in simplified characters.

    >>> plain_name("深圳白榆電器（有限）公司") == plain_name("深圳白榆电器(有限)公司")
    True
    """
    return fold(normal_name(name))


def is_foreign(name: str, registered: str) -> bool:
    """Whether a name is a translation, which cannot be compared with the registered Chinese one."""
    return not _HAN.search(name) and bool(_HAN.search(registered))


class NameMatch:
    """Words around names made ready to search."""

    def __init__(self, words: LicensingWords) -> None:
        self._forms = re.compile(any_of(words.name_forms))
        self._behind = re.compile(any_of((*words.expanders, *words.behind_names)))
        self._renamed = re.compile(any_of(words.renamed))
        self._another = re.compile(any_of(words.other_names))
        self._operator = re.compile(f"{words.operator_suffix}$")

    def fits(self, shown: str, registered: str) -> bool:
        """Whether ``shown`` is the registered name, with at most a note, a translation or a button beside it.

        A branch 分公司 is not its company, and a partnership 合伙 not the shop without that form.
        """
        wanted = plain_name(registered)
        if not wanted or wanted not in plain_name(shown):
            return False
        # 甲公司变更为乙公司: what it is called now comes last.
        return any(self._is(each.strip(), wanted) for each in {shown, self._renamed.split(shown)[-1]})

    def _is(self, shown: str, wanted: str) -> bool:
        bare = plain_name(_KIND_BEFORE.sub("", shown, count=1) if _KIND_BEFORE.match(shown) else shown)
        if not bare.replace(wanted, "") or (bare.endswith(wanted) and not _HAN.search(bare[: -len(wanted)])):
            return True
        state, _, rest = shown.partition(" ")
        if plain_name(rest) == wanted and not self._operator.search(state):
            return True
        cut = next((at for at in range(1, len(shown)) if plain_name(shown[:at]) == wanted), 0)
        return bool(cut) and self._is_set_off(shown[cut:])

    def _is_set_off(self, rest: str) -> bool:
        """Whether what stands behind a name is no part of it."""
        note = _NOTE.match(rest)
        if note:
            return bool(self._another.match(note["note"])) or not self._forms.search(note["note"])
        if _HAN.match(rest):
            return bool(self._behind.match(rest))
        return not self._forms.search((_WORD.match(rest.lstrip()) or rest)[0])
