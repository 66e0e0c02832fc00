"""The shop's full-text index: Whoosh, told to take every Chinese character as a word, so that Chinese titles
are found."""

from haystack.backends.whoosh_backend import WhooshEngine, WhooshSearchBackend  # type: ignore[import-not-found]
from whoosh.analysis import LowercaseFilter, RegexTokenizer  # type: ignore[import-not-found]
from whoosh.fields import TEXT  # type: ignore[import-not-found]


class _Backend(WhooshSearchBackend):
    def build_schema(self, fields):  # type: ignore[no-untyped-def]
        name, schema = super().build_schema(fields)
        for kind in dict(schema.items()).values():
            if isinstance(kind, TEXT):
                kind.analyzer = RegexTokenizer(r"[\u4e00-\u9fff]|\w+") | LowercaseFilter()
        return name, schema


class Engine(WhooshEngine):
    """What the settings name."""

    backend = _Backend
