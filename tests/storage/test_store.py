"""Opening the store: what can go wrong is said with what to do, and odd texts go in and come out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import StorageError
from storage.buyers import hashed_account
from storage.schema import INDEXES, MIGRATIONS, prepare
from storage.store import Store, open_store
from tests.storage.builders import LEASE, RUN, a_listing, a_review, a_shop, a_target, a_visit

pytestmark = pytest.mark.mongo


@pytest.fixture
def store(mongo_uri: str, own_database: str, tmp_path: Path) -> Iterator[Store]:
    """A store of this test's own: what is done to schema, indexes and client here hurts no other."""
    with open_store(uri=mongo_uri, var_dir=tmp_path, database=own_database) as opened:
        yield opened


ODD_TEXTS = [
    "",
    "\x00",
    "\ud800\udfff",
    "$gt",
    "{$ne: null}",
    "a.b.$c",
    "网" * 350_000,
    "\u202e😀",
    "'; drop",
]


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda text: repr(text[:9]))
def test_odd_texts_are_stored_in_every_place(store: Store, text: str) -> None:
    store.frontier.plant([a_target(1, category=text, subject=text)])
    (target,) = store.frontier.lease(RUN, owner=text.replace("\ud800\udfff", ""), limit=1, duration=LEASE)
    visit = a_visit(
        target,
        reason=text,
        listings=(a_listing(title=text, attributes=((text, text),)),),
        shops=(a_shop(name=text, page_text=text),),
        reviews=(a_review(text=text, nickname=text), a_review(text=text + "改", nickname=text)),
        missing_fields=(text,),
        not_judged=(text,),
    )
    visit.dropped.append(text)
    assert store.visits.store([visit]) == [True]
    store.visits.judge([visit])
    stored = store.listings.get("lingang:1")
    assert stored is not None
    assert stored.title == text.replace("\ud800\udfff", "\ufffd\ufffd")
    assert store.reviews.versions("lingang:1") == [stored.title]
    assert sum(cell.count for cell in store.frontier.counts(RUN)) == 1


def test_key_with_a_lone_surrogate_is_found_again(store: Store) -> None:
    store.frontier.plant([a_target(1)])
    (target,) = store.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
    store.visits.store([a_visit(target, shops=(a_shop("\ud800"),))])
    shop = store.shops.get("lingang:\ud800")
    assert shop is not None
    assert shop.shop_id == "\ufffd"


def test_check_tells_the_doctor_about_the_store(store: Store) -> None:
    facts = store.check()
    assert facts["server_version"] == store.server_version
    assert facts["schema_version"] == len(MIGRATIONS)
    assert abs(facts["clock_difference_s"]) < 5
    assert facts["documents"]["meta"] == 3
    assert facts["ping_ms"] > 0


def test_account_of_a_buyer_is_kept_as_a_hash_of_this_store(
    store: Store, mongo_uri: str, tmp_path: Path
) -> None:
    def stored(opened: Store, *accounts: str) -> list[str]:
        opened.frontier.plant([a_target(1)])
        (target,) = opened.frontier.lease(RUN, owner="a", limit=1, duration=LEASE)
        reviews = tuple(a_review(number, user=account) for number, account in enumerate(accounts))
        opened.visits.store([a_visit(target, reviews=reviews)])
        return [opened.reviews.get(review.key).user for review in reviews]  # type: ignore[union-attr]

    one, same, other, none = stored(store, "u42", "u42", "u43", "")
    assert one == same != other
    assert none == ""
    assert one.startswith("lingang:")
    assert not store.database["reviews"].count_documents({"user": {"$regex": "u42"}})
    name = f"{store.database.name}_salted"
    with open_store(uri=mongo_uri, var_dir=tmp_path, database=name, user_salt="geheim") as salted:
        assert stored(salted, "u42") == [hashed_account("lingang", "u42", "geheim")]
        salted.database.client.drop_database(name)


def test_unreachable_store_says_what_to_do_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.store.SELECTION_TIMEOUT_MS", 50)
    uri = "mongodb://officer:geheim@127.0.0.1:1/"
    with pytest.raises(StorageError, match="MONGO_URI runs") as caught, open_store(uri=uri, var_dir=tmp_path):
        pass
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("uri", ["http://127.0.0.1", "mongodb://127.0.0.1:99999999", "mongodb://"])
def test_address_that_is_none_is_refused(tmp_path: Path, uri: str) -> None:
    with pytest.raises(StorageError, match="MONGO_URI"), open_store(uri=uri, var_dir=tmp_path):
        pass


def test_fault_inside_an_iterator_is_reported_as_ours(store: Store) -> None:
    frames = store.reviews.columns(["lingang:1"])
    store.database.client.close()
    with pytest.raises(Exception, match="after close") as caught:
        next(frames)
    assert isinstance(caught.value, StorageError)


def test_schema_of_a_newer_release_is_refused(store: Store, mongo_uri: str, tmp_path: Path) -> None:
    store.database["meta"].update_one({"_id": "schema"}, {"$set": {"version": 99}})
    again = open_store(uri=mongo_uri, var_dir=tmp_path, database=store.database.name)
    with pytest.raises(StorageError, match=r"schema 99.*newer release"), again:
        pass


def test_migrations_run_in_order_once_and_go_on_where_one_broke_off(store: Store) -> None:
    done: list[str] = []

    def breaks_once(_: object) -> None:
        done.append("second")
        if done.count("second") == 1:
            raise StorageError("power cut")

    plan = [*MIGRATIONS, lambda _: done.append("first"), breaks_once, lambda _: done.append("third")]
    with pytest.raises(StorageError, match="power cut"):
        prepare(store.database, plan)
    assert prepare(store.database, plan) == len(plan)
    assert prepare(store.database, plan) == len(plan)
    assert done == ["first", "second", "second", "third"]


def test_redefined_and_renamed_indexes_are_made_anew_and_others_stay(store: Store) -> None:
    snapshots = store.database["snapshots"]
    expected = snapshots.index_information()
    snapshots.drop_indexes()
    snapshots.create_index([("run", 1), ("superseded_by", 1)], name="of_run")
    snapshots.create_index([("_id", 1), ("target", 1)], name="by_hand")
    prepare(store.database)
    found = snapshots.index_information()
    assert found.pop("by_hand")
    assert found == expected


def test_every_index_is_there_and_a_lost_one_comes_back(store: Store) -> None:
    store.database["targets"].drop_indexes()
    prepare(store.database)
    for collection, indexes in INDEXES.items():
        present = store.database[collection].index_information()
        assert {index.document["name"] for index in indexes} <= set(present)
