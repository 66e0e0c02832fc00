"""The error tree. Raise the leaf; say what was looked for, what was found, where, and what to do next.

::

    NetswordError
    ├── UsageError            what a person wrote or asked for cannot be done as it stands
    │   ├── SweepError        a sweep names something that does not exist, or contradicts itself
    │   ├── SiteProfileError  a site profile does not parse
    │   └── RulePackError     a rule pack or the catalogue does not parse
    ├── FetchError            a page could not be had
    │   ├── FetchBlocked      the site refused: robots, login wall, CAPTCHA, rate limit, private address
    │   ├── FetchTransient    worth another try: timeout, reset, 5xx, 429
    │   └── RenderError       the page came, but a browser cannot show it, now or later
    ├── ExtractionError       a page was had, but a mandatory field was not found in it
    ├── EvidenceError         preserved bytes are missing or do not match their digest
    └── StorageError          the store cannot be reached, is full, or was written by another version
"""

from __future__ import annotations

from domain.notes import Note
from domain.problems import Problem, Value


class NetswordError(Exception):
    """Root of every error of ours; its text is fit to be shown to a person."""


class UsageError(NetswordError):
    """What a person wrote or asked for cannot be done as it stands.

    ``note`` says it in any language, where it is a ``Problem`` with its values; ``None``: a sentence that
    only the command line shows.
    """

    note: Note | None = None

    def __init__(self, problem: Problem | str, **values: Value) -> None:
        if isinstance(problem, Problem):
            self.note = problem.note(**values)
            problem = problem.format(**values)
        super().__init__(problem)


class SweepError(UsageError):
    """A sweep 专项监测 names something that does not exist, or contradicts itself."""


class SiteProfileError(UsageError):
    """A site profile does not parse, or lacks what its page kinds need."""


class RulePackError(UsageError):
    """A rule pack or the catalogue does not parse; the text names file and line."""


class FetchError(NetswordError):
    """A page could not be had; ``reason`` is the word that coverage counts."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class FetchBlocked(FetchError):  # noqa: N818 - the tree's own word
    """The site refused; a refusal is an answer and is recorded, never worked around."""


class FetchTransient(FetchError):  # noqa: N818 - the tree's own word
    """Worth another try later; ``retry_after_s`` is the pause the site asked for, if any."""

    def __init__(self, reason: str, detail: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(reason, detail)
        self.retry_after_s = retry_after_s


class RenderError(FetchError):
    """The page came, but a browser cannot show it 渲染失败: no Chromium, or more memory than a page gets."""


class ExtractionError(NetswordError):
    """A mandatory field was not found in a page that was had."""

    def __init__(self, field: str, *, url: str, why: str) -> None:
        super().__init__(f"{field}: {why} ({url})")
        self.field = field
        self.url = url
        self.why = why


class EvidenceError(NetswordError):
    """Preserved bytes are missing or do not match their digest."""


class StorageError(NetswordError):
    """The store cannot be reached, is full, or was written by another version."""
