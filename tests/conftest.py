"""The store for tests: the server of ``MONGO_URI`` where that is set, else an embedded one of the session."""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest
from pymongo import MongoClient, WriteConcern

from settings import Settings
from storage.server import embedded_server
from storage.store import Store, open_store

# How long an example takes depends on the machine: no test fails for that.
hypothesis.settings.register_profile("netsword", deadline=None)
hypothesis.settings.load_profile("netsword")


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server that lives as long as the session."""
    given = os.environ.get("MONGO_URI")  # noqa: TID251 - chooses the server, as CI does
    if given:
        yield given
        return
    with embedded_server(tmp_path_factory.mktemp("var")) as uri:
        yield uri


@contextmanager
def _a_database(uri: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(8)}"
    yield name
    with MongoClient[dict[str, object]](uri) as client:
        client.drop_database(name)


@pytest.fixture(scope="session")
def database_name(mongo_uri: str) -> Iterator[str]:
    """One database for all tests: making its indexes takes longer than most of them."""
    with _a_database(mongo_uri) as name:
        yield name


@pytest.fixture
def own_database(mongo_uri: str) -> Iterator[str]:
    """A database of this test's own, for what is done to schema and indexes."""
    with _a_database(mongo_uri) as name:
        yield name


@pytest.fixture(scope="session")
def shared_store(
    mongo_uri: str, database_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    var_dir = tmp_path_factory.mktemp("store")
    with open_store(uri=mongo_uri, var_dir=var_dir, database=database_name) as opened:
        yield opened


@pytest.fixture
def store(shared_store: Store) -> Iterator[Store]:
    """The store, emptied after every test."""
    yield shared_store
    database = shared_store.database
    database.command({"profile": 0})
    database.drop_collection("system.profile")
    quick = database.with_options(write_concern=WriteConcern(w=1, j=False))
    for name in quick.list_collection_names():
        quick[name].delete_many({} if name != "meta" else {"_id": {"$nin": ["schema", "buyers"]}})


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--kills``, ``--long`` and ``--mutations``: more of what takes long."""
    parser.addoption("--kills", type=int, default=2, help="kills in the resume trial (make check-all: 20)")
    parser.addoption("--long", action="store_true", help="also tests marked long (make check-all)")
    parser.addoption(
        "--mutations", type=int, default=1, help="damages per captured page (make check-all: all)"
    )


def pytest_configure() -> None:
    """What is made while tests are collected stays, so garbage is looked for seldom."""
    gc.set_threshold(20_000)
    # Scrapy's TLS looks through all modules that are loaded by then: early there are few.
    import_module("scrapy.core.downloader.handlers.http11")


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules need not be looked through again."""
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is marked long, unless it is asked for."""
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes long: make check-all"))


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often the resume trial kills the crawl."""
    number: int = request.config.getoption("--kills")
    return number


@pytest.fixture
def store_settings(mongo_uri: str, database_name: str, store: Store, tmp_path: Path) -> Settings:
    """Settings under which a child process finds the test's store, which is emptied after it."""
    return Settings(var_dir=tmp_path, mongo_uri=mongo_uri, mongo_database=database_name)
