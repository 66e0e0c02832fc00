"""Deterministic identities: running anything twice changes nothing."""

from __future__ import annotations

import hashlib

from w3lib.url import canonicalize_url


def digest_of(*parts: str) -> str:
    """SHA-256 in hex over ``parts``, joined by a separator that cannot stand in a URL or a quote.

    >>> digest_of("a", "b") == digest_of("ab")
    False
    """
    return hashlib.sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def canonical_url(url: str) -> str:
    """The URL under which a page is fetched once: sorted query, normal escapes, no fragment.

    >>> canonical_url("http://a.example/s?b=2&a=1#top")
    'http://a.example/s?a=1&b=2'
    """
    return canonicalize_url(url)


def subject_key(platform: str, subject_id: str) -> str:
    """Key of a listing, shop or review: ``platform:id``.

    >>> subject_key("lingang", "100123")
    'lingang:100123'
    """
    return f"{platform}:{subject_id}"
