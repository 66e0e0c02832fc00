"""What a page's readers work out is worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawlers.platforms.kept import kept


@dataclass(frozen=True)
class _Counted:
    asked: list[str] = field(default_factory=list)

    @kept
    def value(self) -> int:
        """A number."""
        self.asked.append("value")
        return len(self.asked)


def test_value_is_worked_out_once_for_each_instance() -> None:
    one, other = _Counted(), _Counted()
    assert (one.value, one.value, other.value) == (1, 1, 1)
    assert one.asked == ["value"]
