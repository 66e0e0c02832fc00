"""Domain objects to documents and back. Strangers wrote the texts, so nothing in them may stop a write.

Money is ``Decimal128``, an enumeration its value, a day an ISO string, a time a BSON date (milliseconds).
What BSON cannot hold is mended, and the document says so in ``mended``, a list of ``path: what was done``:
lone surrogates become U+FFFD, whole numbers are clamped to 64 bits, texts are cut until the document fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Context, Decimal
from itertools import islice
from typing import Any, TypeVar

import bson
from bson.decimal128 import Decimal128, create_decimal128_context
from bson.errors import BSONError
from cattrs import Converter

from domain.notes import Note, NoteOrText

Document = dict[str, Any]
Subject = TypeVar("Subject")

# The server's limit is 16 MB; the rest is room for what updates add, such as the runs of a subject.
MAX_DOCUMENT_BYTES = 12 * 1024 * 1024
INT64_MAX = 2**63 - 1
CUT_TO_CHARACTERS = 100_000
_SURROGATES = re.compile("[\ud800-\udfff]")


def _decimal_context() -> Context:
    context = create_decimal128_context()
    # A price of forty digits is no price, but it may not stop the batch it comes in.
    for signal in context.traps:
        context.traps[signal] = False
    return context


_CONTEXT = _decimal_context()


def _to_decimal128(value: Decimal) -> Decimal128:
    return Decimal128(_CONTEXT.create_decimal(value))


def _to_decimal(value: Any, _: object) -> Decimal:
    return value.to_decimal() if isinstance(value, Decimal128) else Decimal(str(value))


def _to_note(value: Any, _: object) -> NoteOrText:
    return Note(value["code"], value["values"]) if isinstance(value, dict) else str(value)


def _converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_unstructure_hook(Decimal, _to_decimal128)
    converter.register_structure_hook(Decimal, _to_decimal)
    converter.register_structure_hook(NoteOrText, _to_note)
    # A datetime is a date to Python, so it gets its own hook.
    converter.register_unstructure_hook(datetime, lambda value: value)
    converter.register_structure_hook(datetime, lambda value, _: value)
    converter.register_unstructure_hook(date, lambda value: value.isoformat())
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    return converter


_CONVERTER = _converter()


def encode(subject: Any, **extra: Any) -> Document:
    """A domain object's fields as a document, ``extra`` added, in a form that BSON accepts.

    Raises:
        BSONError: something other than text and numbers does not fit, which is a fault of ours.
    """
    document: Document = {**_CONVERTER.unstructure(subject), **extra}
    return fitting(document)


def decode(kind: type[Subject], document: Mapping[str, Any]) -> Subject:
    """The domain object in a document; fields of the document that it does not know are left aside."""
    return _CONVERTER.structure(document, kind)


def fitting(document: Document) -> Document:
    """``document`` itself if BSON accepts it, else a mended copy that says in ``mended`` what was done."""
    try:
        if len(bson.encode(document)) <= MAX_DOCUMENT_BYTES:
            return document
    except (UnicodeError, OverflowError, BSONError):
        pass
    notes: list[str] = []
    mended: Document = _mended(document, "", notes)
    limit = CUT_TO_CHARACTERS
    while len(bson.encode({**mended, "mended": notes})) > MAX_DOCUMENT_BYTES:
        mended = {key: value if key == "_id" else _cut(value, limit) for key, value in mended.items()}
        notes = [note for note in notes if not note.startswith("cut")] + [f"cut: longest {limit}"]
        limit //= 2
    return {**mended, "mended": notes[:100]}


def clean(text: str) -> str:
    """``text`` as :func:`fitting` stores it, so that a key with a lone surrogate is found again.

    One code point takes the place of one, so that spans keep pointing at their quotes.
    """
    return _SURROGATES.sub("\ufffd", text)


def _mended(value: Any, path: str, notes: list[str]) -> Any:
    if isinstance(value, str) and _SURROGATES.search(value):
        notes.append(f"{path}: lone surrogates")
        return clean(value)
    if isinstance(value, int) and abs(value) > INT64_MAX:
        notes.append(f"{path}: number beyond 64 bits")
        return INT64_MAX if value > 0 else -INT64_MAX
    if isinstance(value, Mapping):
        return {
            clean(str(key)).replace("\0", "\ufffd"): _mended(inner, clean(f"{path}.{key}".lstrip(".")), notes)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_mended(inner, path, notes) for inner in value]
    return value


def _cut(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, Mapping):
        return {key: _cut(inner, limit) for key, inner in islice(value.items(), limit)}
    if isinstance(value, list | tuple):
        return [_cut(inner, limit) for inner in value[:limit]]
    return value
