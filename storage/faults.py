"""The border of the room: every fault of the database leaves as ``StorageError`` with what to do next."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteError,
)

from domain.errors import StorageError

Repository = TypeVar("Repository")

OUT_OF_DISK_SPACE = 14031
NOT_ALLOWED = (13, 18)


@contextmanager
def reported() -> Iterator[None]:
    """Turns what the driver raises into ``StorageError``."""
    try:
        yield
    except PyMongoError as error:
        raise StorageError(explained(error)) from error


def guarded(repository: type[Repository]) -> type[Repository]:
    """Class decorator: every public method reports faults in our words, iterators while they run too."""
    for name, member in list(vars(repository).items()):
        if inspect.isfunction(member) and not name.startswith("_"):
            setattr(repository, name, _guarded_function(member))
    return repository


def explained(error: PyMongoError) -> str:
    """What happened and what to do, for a person. Never holds the URI, which may hold a password."""
    if isinstance(error, ServerSelectionTimeoutError | AutoReconnect):
        return (
            "The store is down or out of reach. Check that the server of MONGO_URI runs and can be reached; "
            "with the embedded server, start the command again and see var/mongod/mongod.log. "
            f"({_first_line(error)})"
        )
    if isinstance(error, ConfigurationError):
        return f"MONGO_URI cannot be used as it stands: {_first_line(error)}"
    code = _code(error)
    if code == OUT_OF_DISK_SPACE:
        return "The store's disk is full: free some space on it; what was acknowledged before is kept."
    if code in NOT_ALLOWED:
        return "The store refused the user of MONGO_URI: it needs readWrite on the product's database."
    return f"The store refused an operation: {_first_line(error)}"


def _code(error: PyMongoError) -> int | None:
    if isinstance(error, BulkWriteError):
        faults = (error.details or {}).get("writeErrors") or [{}]
        found: int | None = faults[0].get("code")
        return found
    return error.code if isinstance(error, OperationFailure | WriteError) else None


def _first_line(error: PyMongoError) -> str:
    return str(error).partition("\n")[0][:300]


def _guarded_function(function: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def iterate(*args: Any, **kwargs: Any) -> Iterator[Any]:
            with reported():
                yield from function(*args, **kwargs)

        return iterate

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with reported():
            return function(*args, **kwargs)

    return call
