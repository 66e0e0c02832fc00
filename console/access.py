"""Who may do what: roles 角色, what each allows, and the limits of a session."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from domain.account import Role


class Permission(StrEnum):
    """What a route can ask for; every signed-in person may read."""

    PLAN = "plan"
    """Save, plan, start, pause and cancel sweeps and runs."""
    DECIDE = "decide"
    AUDIT = "audit"
    """Read the audit log."""
    ACCOUNTS = "accounts"
    """Add people, change their roles, close their accounts."""


ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset(),
    Role.OFFICER: frozenset({Permission.PLAN}),
    Role.ANALYST: frozenset({Permission.DECIDE}),
    Role.SUPERVISOR: frozenset({Permission.PLAN, Permission.DECIDE, Permission.AUDIT}),
    Role.ADMIN: frozenset(Permission),
    Role.AUDITOR: frozenset({Permission.AUDIT}),
}

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)


def may(role: Role, permission: Permission) -> bool:
    """Whether a role allows something.

    >>> may(Role.AUDITOR, Permission.DECIDE)
    False
    """
    return permission in ALLOWED[role]


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Roles that allow something, for the page that says who can help."""
    return tuple(role for role in Role if may(role, permission))
