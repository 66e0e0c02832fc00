"""People who use the console 账号: who they are, what their role allows, and what they changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is there for 角色."""

    VIEWER = "viewer"
    OFFICER = "officer"
    """监测员: plans and starts sweeps."""
    ANALYST = "analyst"
    """研判员: decides on findings."""
    SUPERVISOR = "supervisor"
    """主管: both, and reads the audit log."""
    ADMIN = "admin"
    """管理员: everything, accounts included."""
    AUDITOR = "auditor"
    """Reads everything, changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in. Never deleted, since decisions point at the name; closed instead."""

    name: str
    display: str
    role: Role
    password_hash: str
    created_at: datetime
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change of state 审计记录: who, when, what, on which object, and how it was before and after."""

    at: datetime
    actor: str
    action: str
    """``noun.verb``, such as ``finding.decide``."""
    object: str
    before: str = ""
    after: str = ""
    request: str = ""
    """Id of the request, which error pages and logs show too."""
    session: str = ""
    """First characters of the stored session id; they open nothing."""
