"""The shop's full-text index: Whoosh, told to take every Chinese character as a word, so titles are found."""

from typing import Any

from django.conf import settings  # type: ignore[import-not-found]
from haystack.backends.whoosh_backend import WhooshEngine, WhooshSearchBackend  # type: ignore[import-not-found]
from whoosh.analysis import LowercaseFilter, RegexTokenizer  # type: ignore[import-not-found]
from whoosh.fields import TEXT  # type: ignore[import-not-found]


class _Backend(WhooshSearchBackend):  # type: ignore[misc]
    def build_schema(self, fields: Any) -> Any:
        name, schema = super().build_schema(fields)
        for kind in dict(schema.items()).values():
            if isinstance(kind, TEXT):
                kind.analyzer = RegexTokenizer(r"[\u4e00-\u9fff]|\w+") | LowercaseFilter()
        return name, schema

    def calculate_page(self, start_offset: int = 0, end_offset: int | None = None) -> Any:
        # A last page is shorter; taken for the length of all pages, it would repeat goods of the one before.
        length = settings.OSCAR_PRODUCTS_PER_PAGE
        if start_offset and end_offset and start_offset % length == 0 and end_offset - start_offset < length:
            return start_offset // length + 1, length
        return super().calculate_page(start_offset, end_offset)


class Engine(WhooshEngine):  # type: ignore[misc]
    """What the settings name."""

    backend = _Backend
