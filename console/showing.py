"""What a finding's page shows: the text as read, with the characters marked that show the breach."""

from __future__ import annotations

from dataclasses import dataclass

from console.words import Language, named
from domain.finding import Finding, Span
from domain.subjects import Listing, Review, Shop
from storage.store import Store

CONTEXT = 160
WHOLE_UP_TO = 1_200
MOST_EVIDENCE = 20
MOST_SPANS = 40
MOST_PLACES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A field of a page around its marked quotes.

    ``is_current`` is false where the page has shown another text since; then the quotes stand alone.
    """

    field: str
    pieces: tuple[Piece, ...]
    is_current: bool = True


Subject = Listing | Shop | Review


def subject_of(store: Store, finding: Finding) -> Subject | None:
    """The listing, shop or review that a finding is about, as last read."""
    repositories = {"listing": store.listings, "shop": store.shops, "review": store.reviews}
    return repositories[finding.subject_kind].get(finding.subject)  # type: ignore[attr-defined,no-any-return]


def title_of(subject: Subject | None) -> str:
    """What a subject calls itself."""
    if isinstance(subject, Listing):
        return subject.title
    if isinstance(subject, Shop):
        return subject.name
    return subject.text[:80] if subject else ""


def evidence_of(store: Store, finding: Finding) -> list[Review]:
    """The reviews that a corpus finding lists, the first of them."""
    found = (store.reviews.get(key) for key in finding.evidence_ids[:MOST_EVIDENCE])
    return [review for review in found if review is not None]


def signal_name(language: Language, name: str) -> str:
    """What a signal is called; one of a campaign family, ``family.signal``, by its last part."""
    whole = named(language, "signal", name)
    return named(language, "signal", name.rpartition(".")[2]) if whole == name else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the values of a listing stood on its page 取值出处, and where the page contradicts itself."""

    sources: tuple[tuple[str, str], ...]
    contradictions: tuple[tuple[str, str], ...]
    undecided: tuple[str, ...]


def places_of(subject: Subject | None) -> Places | None:
    """The provenance of a listing's values, where its adapter tells it."""
    if not isinstance(subject, Listing) or not (
        subject.sources or subject.contradictions or subject.undecided
    ):
        return None
    return Places(
        sources=subject.sources[:MOST_PLACES],
        contradictions=subject.contradictions[:MOST_PLACES],
        undecided=subject.undecided[:MOST_PLACES],
    )


def passages(subject: Subject | None, finding: Finding) -> list[Passage]:
    """One passage per field that has spans, in the order of the spans.

    Where there are none, as for what a shop does not display, the text that was read stands for itself.
    """
    if not finding.spans and not finding.evidence_ids and isinstance(subject, Shop) and subject.page_text:
        return [Passage(field="page_text", pieces=(Piece(text=subject.page_text[:WHOLE_UP_TO]),))]
    by_field: dict[str, list[Span]] = {}
    for span in finding.spans[:MOST_SPANS]:
        by_field.setdefault(span.field, []).append(span)
    return [_passage(name, _text(subject, name), found) for name, found in by_field.items()]


def _text(subject: Subject | None, field: str) -> str:
    # Span fields are names that detectors wrote; a page cannot choose them.
    return str(getattr(subject, field, "") or "") if subject else ""


def _passage(field: str, text: str, spans: list[Span]) -> Passage:
    if any(text[span.start : span.end] != span.quote for span in spans):
        pieces = tuple(Piece(text=span.quote, is_marked=True) for span in spans)
        return Passage(field=field, pieces=pieces, is_current=False)
    return Passage(field=field, pieces=tuple(_pieces(text, _merged(spans))))


def _merged(spans: list[Span]) -> list[tuple[int, int]]:
    """Spans that overlap or touch as one, by place."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _pieces(text: str, marks: list[tuple[int, int]]) -> list[Piece]:
    pieces, at = [], 0
    for start, end in marks:
        pieces.append(Piece(text=_gap(text[at:start], is_first=at == 0, is_last=False)))
        pieces.append(Piece(text=text[start:end], is_marked=True))
        at = end
    pieces.append(Piece(text=_gap(text[at:], is_first=False, is_last=True)))
    return [piece for piece in pieces if piece.text]


def _gap(text: str, *, is_first: bool, is_last: bool) -> str:
    """Unmarked text between two marks; the middle of a long one is left out."""
    if len(text) <= WHOLE_UP_TO:
        return text
    head = "" if is_first else text[:CONTEXT]
    tail = "" if is_last else text[-CONTEXT:]
    return f"{head} … {tail}"
