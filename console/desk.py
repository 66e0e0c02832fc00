"""What every request of the console works with, made once per process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from console.launcher import Launcher
from console.signing_in import Passwords
from domain.account import Account, AuditEntry
from rules.catalogue import Catalogue
from rules.categories import CategoryTree
from rules.loader import load_catalogue, load_categories, load_promotions
from rules.promotions import Promotions
from settings import Settings
from storage.accounts import Session
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Store, settings, rules, and the means to start crawls."""

    store: Store
    settings: Settings
    launcher: Launcher
    secret: bytes
    """Key of the tokens that forms carry before anybody is signed in."""
    passwords: Passwords = field(default_factory=Passwords)
    catalogue: Catalogue = field(default_factory=load_catalogue)
    categories: CategoryTree = field(default_factory=load_categories)
    promotions: Promotions = field(default_factory=load_promotions)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks: the account and its session, and the id of the request."""

    account: Account
    session: Session
    request_id: str

    def did(self, desk: Desk, action: str, object_: str, *, before: str = "", after: str = "") -> None:
        """Writes a change of state into the audit log 审计日志."""
        desk.store.audit.add(
            AuditEntry(
                at=desk.now(),
                actor=self.account.name,
                action=action,
                object=object_,
                before=before,
                after=after,
                request=self.request_id,
                session=self.session.id[:12],
            )
        )
