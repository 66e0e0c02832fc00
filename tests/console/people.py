"""Accounts, browsers without a screen, and findings to decide on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from httpx2 import Response
from starlette.testclient import TestClient

from console.gate import SESSION_COOKIE
from console.signing_in import Passwords, session_id
from domain.account import Account, Role
from domain.finding import Finding, Severity, Span
from domain.snapshot import Snapshot
from storage.store import Store
from storage.subjects import Sighting
from tests.storage.builders import DAY, RUN, a_finding, a_listing, a_shop, a_snapshot, a_target

PASSWORD = "correct horse battery"  # noqa: S105
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
ORIGIN = {"Origin": "http://localhost"}
RULE = "PG-NARCOTIC"


def an_account(name: str, role: Role = Role.ANALYST) -> Account:
    return Account(
        name=name, display=name.title(), role=role, password_hash=QUICK.hash(PASSWORD), created_at=DAY
    )


@dataclass
class Person:
    """Somebody at a browser."""

    client: TestClient
    store: Store

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def enter(self, name: str, password: str = PASSWORD) -> Response:
        """Fills in the sign-in form."""
        form = self.client.get("/sign-in").text
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', form)
        assert token
        fields = {"csrf": token[1], "name": name, "password": password, "next": "/"}
        return self.client.post("/sign-in", data=fields, headers=ORIGIN)

    def post(self, path: str, **fields: Any) -> Response:
        """Sends a form as one of our pages would."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, headers=ORIGIN)

    @property
    def csrf(self) -> str:
        session = self.store.sessions.get(session_id(self.client.cookies[SESSION_COOKIE]))
        assert session
        return session.csrf


def plant(store: Store, number: int, *, title: str = "罂粟种子 观赏", **changes: Any) -> Finding:
    """A listing with one finding on it, as a run leaves them; greater numbers come first in the queue."""
    target = a_target(number)
    snapshot: Snapshot = a_snapshot(target)
    listing = a_listing(number, title=title, shop="lingang:1", shop_name="老街糖坊")
    sighting = Sighting(run=RUN, snapshot=snapshot.id, seen_at=DAY)
    quote = title[:2]
    facts: dict[str, Any] = {
        "rule": RULE,
        "snapshot": snapshot.id,
        "severity": Severity.CRITICAL,
        "confidence": min(number / 100, 1.0),
        "spans": (Span(field="title", start=0, end=len(quote), quote=quote),),
        "reason": f"商品标题中出现“{quote}”。",
    }
    finding = a_finding(number, **facts | changes)
    store.snapshots.save([snapshot])
    store.listings.save([(listing, sighting)])
    store.shops.save([(a_shop(1), sighting)])
    store.findings.save([finding], RUN)
    return finding
