"""Tells English sentences in texts that should have none."""

import re

_SENTENCE = re.compile(r"(?:[a-z]{2,}[ ,;:]+){3,}[a-z]{2,}", re.IGNORECASE)


def english_in(text: str) -> list[str]:
    """Four English words or more in a row: names, codes and addresses have fewer.

    >>> english_in("抽样框 lingang/FOOD；The frame is cut here")
    ['The frame is cut here']
    """
    return _SENTENCE.findall(text)
