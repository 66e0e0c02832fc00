"""What a picture of a licence says 证照图片: QR first, then print; nothing is guessed.

A QR code can be copied from another licence, so a QR that disagrees with the print is a finding of its own. A
repaired character is only taken where the register holds the code under the name that was read.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from rapidfuzz import fuzz

from detectors.licensing.numbers import ALPHABET, credit_fault, plain
from domain.picture import PictureLine, PictureReading, PictureState
from domain.register import OperatorRow, Register, normal_name
from rules.licensing import LicensingWords

SURE = 0.97
"""Recognition confidence from which a line counts as read, measured on synthetic licences."""
SAME_NAME = 0.8
OTHER_NAME = 0.7
"""Below this a name is another one: misread rare characters leave more than that."""
_CONFUSED = {
    "0": "DQ",
    "D": "0",
    "Q": "0",
    "8": "B36",
    "B": "8R",
    "6": "G8",
    "G": "6C",
    "C": "G",
    "1": "7LT",
    "L": "1",
    "7": "1T",
    "T": "7Y",
    "2": "Z",
    "U": "0",
    "Y": "T",
    "X": "K",
    "K": "X",
    "M": "N",
    "N": "M",
    "H": "M",
    "P": "R",
    "R": "P",
    "E": "F",
    "F": "E",
    "3": "8",
    "9": "4",
    "4": "9A",
    "A": "4",
    "5": "6",
}
_ALWAYS = str.maketrans("OIZSV", "0125U")


class PictureKind(StrEnum):
    """What a picture is, as far as a licence is looked for."""

    LICENCE = "licence"
    OTHER = "other"
    """Another certificate: trade mark, honour, report."""
    UNREADABLE = "unreadable"
    """It is or may be a licence, but its number cannot be read."""
    NOTHING = "nothing"
    UNKNOWN = "unknown"
    """Nobody could look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicencePicture:
    """What was made of one picture."""

    kind: PictureKind
    code: str = ""
    name: str = ""
    from_qr: bool = False
    sure: bool = False
    """The code was read by QR, or by print with confidence and a passing check."""
    qr_code: str = ""
    qr_name: str = ""
    disagrees: bool = False
    box: str = ""
    confidence: float = 0.0
    lines: tuple[str, ...] = ()


def read_licence(reading: PictureReading, words: LicensingWords, register: Register) -> LicencePicture:
    """The licence in a picture, if it is one."""
    if reading.state is PictureState.BROKEN:
        return LicencePicture(kind=PictureKind.NOTHING)
    qr_code, qr_name = qr_licence(reading.codes)
    if reading.state is not PictureState.READ and not qr_code:
        return LicencePicture(kind=PictureKind.UNKNOWN)
    lines = tuple(line.text for line in reading.lines)
    whole = plain("".join(lines)).replace(" ", "")
    titled = any(word in whole for word in words.licence_titles)
    other = any(word in whole for word in words.other_certificates)
    printed = _printed_codes(reading.lines)
    name = _printed_name(reading.lines)
    if not titled and other and not qr_code and not any(credit_fault(code) is None for code, _, _ in printed):
        return LicencePicture(kind=PictureKind.OTHER, lines=lines)
    chosen = _choose(printed, qr_code, qr_name, name, register)
    if chosen is not None:
        code, confidence, box, sure = chosen
        seen = {each for each, _, _ in printed}
        disagrees = bool(
            qr_code and printed and qr_code not in seen and credit_fault(code) is None and code != qr_code
        )
        return LicencePicture(
            kind=PictureKind.LICENCE,
            code=code,
            name=name,
            from_qr=code == qr_code,
            sure=sure,
            qr_code=qr_code,
            qr_name=qr_name,
            disagrees=disagrees,
            box=box,
            confidence=confidence,
            lines=lines,
        )
    by_name = register.by_name(name) if titled and len(normal_name(name)) >= 6 else ()
    if len(by_name) == 1 and by_name[0].code:
        # The number cannot be read, but one registered operator has exactly the name that can.
        return LicencePicture(kind=PictureKind.LICENCE, code=by_name[0].code, name=name, lines=lines)
    if titled or printed:
        return LicencePicture(kind=PictureKind.UNREADABLE, name=name, lines=lines)
    # A code that leads elsewhere, with no print beside it, is an advertisement or a way to chat.
    other = other or bool(reading.codes and not lines)
    return LicencePicture(kind=PictureKind.OTHER if other else PictureKind.NOTHING, lines=lines)


def qr_licence(contents: tuple[str, ...]) -> tuple[str, str]:
    """Code and name in the QR of a licence: ``uniscid`` and ``entname`` of its address, or a bare code."""
    for content in contents:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(content).query) if "?" in content else {}
        lowered = {key.lower(): values[0] for key, values in query.items()}
        for key in ("uniscid", "uscc", "creditcode", "regno", "serial"):
            found = re.match(r"[0-9A-Z]{18}|\d{15}(?!\d)", plain(lowered.get(key, "")))
            if found:
                return found[0], lowered.get("entname", lowered.get("name", ""))
        for match in re.finditer(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])", plain(content)):
            if credit_fault(match[0]) is None:
                named = re.search(r"(?:名称|单位|企业)[:：]?\s*([^\s;,；，]{4,40})", content)
                return match[0], named[1] if named else ""
    return "", ""


def _printed_codes(lines: tuple[PictureLine, ...]) -> list[tuple[str, float, str]]:
    """18-character and 15-digit numbers in print, best first, with confidence and box."""
    found: list[tuple[str, float, str]] = []
    for line in lines:
        text = re.sub(r"[\s:.·-]", "", plain(line.text))
        for match in re.finditer(r"(?<![0-9A-Z])[0-9A-Z]{17,19}(?![0-9A-Z])|(?<!\d)\d{15}(?!\d)", text):
            code = match[0].translate(_ALWAYS)
            if sum(character.isdigit() for character in code) >= 8 and code[0] in "1235679ANY0":
                found.append((code, line.confidence, box_of(line)))
    return sorted(found, key=lambda each: (credit_fault(each[0]) is not None, len(each[0]) != 18, -each[1]))


def box_of(*lines: PictureLine) -> str:
    """Where lines stand in their picture: left, top, right, bottom in pixels, whole ones."""
    left, top = min(line.left for line in lines), min(line.top for line in lines)
    right, bottom = max(line.right for line in lines), max(line.bottom for line in lines)
    return ",".join(f"{max(0.0, each):.0f}" for each in (left, top, right, bottom))


def _choose(
    printed: list[tuple[str, float, str]], qr_code: str, qr_name: str, name: str, register: Register
) -> tuple[str, float, str, bool] | None:
    if qr_code:
        for code, confidence, box in printed:
            if code != qr_code and credit_fault(code) is None and confidence >= SURE:
                return code, confidence, box, True
        box = next((box for _, _, box in printed), "")
        return qr_code, 1.0, box, True
    for code, confidence, box in printed:
        if credit_fault(code) is None:
            return code, confidence, box, confidence >= 0.9
    for code, confidence, box in printed:
        repaired = _repaired(code, name, register)
        if repaired:
            return repaired, confidence, box, False
    for code, confidence, box in printed:
        if confidence >= SURE and len(code) == 18:
            return code, confidence, box, False
    return None


def _repaired(code: str, name: str, register: Register) -> str:
    """The one code that the misread one can be, if the register holds it under the name that was read."""
    if len(code) != 18 or not name:
        return ""
    fitting = []
    for place, character in enumerate(code):
        for other in _CONFUSED.get(character, ""):
            trial = code[:place] + other + code[place + 1 :]
            if all(each in ALPHABET for each in trial) and credit_fault(trial) is None:
                fitting.append(trial)
    rows = {trial: register.by_code(trial) for trial in fitting}
    good = [trial for trial, row in rows.items() if row and similarity(name, row.name) >= SAME_NAME]
    return good[0] if len(good) == 1 else ""


def similarity(one: str, other: str) -> float:
    """How alike two names are, 0..1, after folding."""
    return fuzz.ratio(normal_name(one), normal_name(other)) / 100


def best_similarity(row: OperatorRow, picture: LicencePicture) -> float:
    """How well the registered name is found in the print, whatever line it stands in."""
    wanted = normal_name(row.name)
    lines = [normal_name(line) for line in picture.lines]
    joined = [a + b for a, b in pairwise(lines)]
    best = max(
        (fuzz.ratio(wanted, line) for line in [*lines, *joined, normal_name(picture.name)] if line),
        default=0.0,
    )
    partial = max(
        (fuzz.partial_ratio(wanted, line) for line in lines if len(line) >= len(wanted)), default=0.0
    )
    return max(best, partial) / 100


_NEXT_LABELS = re.compile(
    r"^(?:类型|类|型|住所|住|所|法定代表人|经营者|负责人|注册资本|成立日期|营业期限|经营范围|组成形式|投资人|统一社会信用代码|登记机关|经营场所|名|称)"
)


def _printed_name(lines: tuple[PictureLine, ...]) -> str:
    """The name after or beside 名称; without such a label, the one line that looks like a name."""
    lines = upright(lines)
    for line in lines:
        match = re.match(r"^\s*(?:企业|字号)?名\s*称\s*[:：]?\s*(\S.{3,60})$", plain(line.text))
        if match and not _is_watermark(match[1]):
            return _wrapped(match[1], line, lines)
    for top, bottom, right in _name_labels(lines):
        height = max(bottom - top, 8.0)
        beside = [
            line
            for line in lines
            if line.left >= right - height * 0.5
            and abs((line.top + line.bottom) / 2 - (top + bottom) / 2) < height * 0.75
            and not _NEXT_LABELS.match(plain(line.text))
            and len(normal_name(line.text)) >= 4
            and not re.search(r"\d{2}|万元|年\d", plain(line.text))
        ]
        if beside:
            first = min(beside, key=lambda line: (_is_watermark(line.text), line.left))
            return _wrapped(first.text, first, lines)
    return next((line.text.strip() for line in lines if _is_organisation(line.text)), "")


def _is_watermark(text: str) -> bool:
    return bool(re.search(r"公示|仅供|无效|仅限|他用|复印|水印|再次", text))


def _is_organisation(text: str) -> bool:
    """Whether a line is a name by its looks: no kind of operator, no address, no office, no watermark."""
    name = normal_name(text)
    return (
        6 <= len(name) <= 40
        and bool(re.search(r"(?:公司|店|厂|合作社|中心|商行|经营部|工作室|超市|馆)$", name))
        and not re.match(r"有限责任公司|股份有限公司|个体工商户|农民专业合作社|个人独资|一人", name)
        and not _is_watermark(text)
    )


def _name_labels(lines: tuple[PictureLine, ...]) -> Iterator[tuple[float, float, float]]:
    spelled = [(re.sub(r"[\s:]", "", plain(line.text)), line) for line in lines]
    whole = [line for text, line in spelled if text in {"名称", "企业名称", "字号名称"}]
    last = [line for text, line in spelled if text == "称"]
    first = [line for text, line in spelled if text == "名"]
    for line in whole or last or first:
        yield line.top, line.bottom, line.right


def upright(lines: tuple[PictureLine, ...]) -> tuple[PictureLine, ...]:
    """The lines with boxes as they lie when the licence stands upright, whichever way the picture was taken.

    The recognition turns every line by itself, so the text is right and only the boxes tell the turn.
    """
    long = [line for line in lines if len(line.text) >= 5]
    tall = sum(line.bottom - line.top > 1.3 * (line.right - line.left) for line in long)
    if long and tall > len(long) / 2:
        lines = tuple(
            replace(line, left=line.top, right=line.bottom, top=-line.right, bottom=-line.left)
            for line in lines
        )
    if _order(lines) < 0:
        lines = tuple(
            replace(line, left=-line.right, right=-line.left, top=-line.bottom, bottom=-line.top)
            for line in lines
        )
    return tuple(sorted(lines, key=lambda line: (line.top + line.bottom, line.left)))


def _order(lines: tuple[PictureLine, ...]) -> int:
    """Positive where labels that come early on a licence lie above those that come late."""
    early = [
        line.top
        for line in lines
        if re.search(r"营业执照|统一社会信用|^名\s*称|^类\s*型|法定代表人", line.text)
    ]
    late = [
        line.top
        for line in lines
        if re.search(r"登记机关|经营范围|营业期限|成立日期|gsxt|信息公示系统", line.text)
    ]
    return sum((first < second) - (first > second) for first in early for second in late)


def _wrapped(text: str, line: PictureLine, lines: tuple[PictureLine, ...]) -> str:
    # A long name goes on in the next line, set under the first.
    height = max(line.bottom - line.top, 8.0)
    if re.search(r"(?:公司|店|厂|社|中心|行|部|铺|馆|户)\)?$", normal_name(text)):
        return text.strip()
    for other in lines:
        below = 0.6 * height < other.top - line.top < 2.0 * height
        aligned = abs(other.left - line.left) < 1.5 * height and len(normal_name(other.text)) <= 16
        if below and aligned and not _NEXT_LABELS.match(plain(other.text)):
            return f"{text.strip()}{other.text.strip()}"
    return text.strip()


def enough_read(reading: PictureReading) -> bool:
    """Whether a first look at a licence found a code and a name, so that a second look is not needed."""
    whole = "".join(line.text for line in reading.lines)
    printed = _printed_codes(reading.lines)
    if "营业执照" not in whole.replace(" ", "") and not printed and not qr_licence(reading.codes)[0]:
        return True
    coded = bool(printed) and credit_fault(printed[0][0]) is None and printed[0][1] >= SURE
    qr_code, qr_name = qr_licence(reading.codes)
    named = len(normal_name(_printed_name(reading.lines))) >= 6
    # A QR code stands in for a code or a name that the first look missed, but not for both.
    return (coded and (named or bool(qr_name))) or (named and bool(qr_code))
