"""Values that are worked out once 惰性求值: a property without the lock that the standard one takes.

A page is read by one thread, which asks for some sixty of them, and would take the lock for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class kept(Generic[T]):  # noqa: N801 - read as a decorator
    """What a method gives, kept in the instance under the method's name."""

    def __init__(self, method: Callable[[Any], T]) -> None:
        """Takes the name of ``method``, and its docstring."""
        self.method, self.name, self.__doc__ = method, method.__name__, method.__doc__

    def __get__(self, instance: object, owner: type) -> T:
        """Works the value out; from then on it is found in the instance before this is asked."""
        value = instance.__dict__[self.name] = self.method(instance)
        return value
