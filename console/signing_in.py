"""Signing in 登录: passwords, lock-out with back-off, and sessions that the store can end."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.access import ABSOLUTE_LIMIT, IDLE_LIMIT
from domain.account import Account, Role
from storage.accounts import Session
from storage.store import Store

ADMIN = "admin"
FREE_FAILURES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
LEAST_PASSWORD = 12
MOST_PASSWORD = 200
NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
# The idle limit moves at most this often, so that reading pages does not mean writing the store.
TOUCH_EVERY = timedelta(minutes=1)
# Each hash takes 64 MiB: strangers who try passwords may not take the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Passwords:
    """argon2id with the library's parameters; tests take cheaper ones."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def hash(self, password: str) -> str:
        """The stored form of a password."""
        with _AT_ONCE:
            return self.hasher.hash(password)

    def fits(self, stored: str, password: str) -> bool:
        """Whether a password is the one behind ``stored``; a stored form that is broken fits none."""
        with _AT_ONCE:
            try:
                return self.hasher.verify(stored, password)
            except (VerificationError, InvalidHashError):
                return False


class Refusal(Exception):  # noqa: N818 - an answer to a person, not a fault
    """A sign-in that was refused; ``key`` names the words that say why."""

    def __init__(self, key: str, **values: int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def lock_of(failures: int, last: datetime | None, now: datetime) -> timedelta:
    """How long a name stays locked: half a minute after the fifth failure, then twice that, up to 15 minutes.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 11, 12, tzinfo=UTC)
    >>> [lock_of(failures, noon, noon).total_seconds() for failures in (4, 5, 6, 20)]
    [0.0, 30.0, 60.0, 900.0]
    """
    if failures < FREE_FAILURES or last is None:
        return timedelta()
    doublings = min(failures - FREE_FAILURES, 10)
    lock = min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
    return max(last + lock - now, timedelta())


def sign_in(store: Store, passwords: Passwords, name: str, password: str, now: datetime) -> Account:
    """The account that name and password open.

    Raises:
        Refusal: they open none, or the name is locked. A name that does not exist is treated like one that
            does, in words and in time.
    """
    failures, last = store.sign_ins.failures(name)
    locked = lock_of(failures, last, now)
    if locked:
        raise Refusal("sign_in.locked", seconds=int(locked.total_seconds()) + 1)
    account = store.accounts.get(name)
    stored = account.password_hash if account else _nobody(passwords)
    fits = passwords.fits(stored, password[: MOST_PASSWORD + 1])
    if account is None or not account.is_open or not fits:
        store.sign_ins.failed(name, now)
        raise Refusal("sign_in.wrong")
    store.sign_ins.succeeded(name)
    return account


def begin(store: Store, account: Account, now: datetime) -> tuple[Session, str]:
    """A new session, and the cookie value that opens it."""
    token = secrets.token_urlsafe(32)
    session = Session(
        id=session_id(token), account=account.name, csrf=secrets.token_urlsafe(32), began_at=now, seen_at=now
    )
    store.sessions.add(session)
    return session, token


def current(store: Store, token: str, now: datetime) -> tuple[Session, Account] | None:
    """Session and account behind a cookie value; ``None`` for a forged, ended or outlived one."""
    session = store.sessions.get(session_id(token)) if token else None
    if session is None:
        return None
    if now - session.seen_at > IDLE_LIMIT or now - session.began_at > ABSOLUTE_LIMIT:
        store.sessions.end(session.id)
        return None
    account = store.accounts.get(session.account)
    if account is None or not account.is_open:
        store.sessions.end(session.id)
        return None
    if now - session.seen_at > TOUCH_EVERY:
        store.sessions.touch(session.id, now)
    return session, account


def session_id(token: str) -> str:
    """The stored id of the session that a cookie value opens."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def first_admin(store: Store, passwords: Passwords, now: datetime) -> str:
    """The password of a new administrator ``admin`` where there is none yet, else ""."""
    if any(account.role is Role.ADMIN for account in store.accounts.list()):
        return ""
    password = secrets.token_urlsafe(12)
    account = Account(
        name="admin",
        display=ADMIN,
        role=Role.ADMIN,
        password_hash=passwords.hash(password),
        created_at=now,
    )
    return password if store.accounts.add(account) else ""


def new_password() -> str:
    """A first password, to be shown once and changed by its owner."""
    return secrets.token_urlsafe(12)


def signed(secret: bytes, text: str) -> str:
    """A keyed digest that only this store's consoles can make."""
    return hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _nobody(passwords: Passwords) -> str:
    # Made once per process, so that an unknown name takes as long as a known one.
    if passwords not in _NOBODY:
        _NOBODY[passwords] = passwords.hash(secrets.token_urlsafe(12))
    return _NOBODY[passwords]


_NOBODY: dict[Passwords, str] = {}
