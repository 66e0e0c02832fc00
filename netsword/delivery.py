"""Sends what the outbox holds: mail by SMTP, webhooks by POST with a signature over time and body."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from http.client import HTTPException
from typing import IO

from loguru import logger

from domain.errors import NetswordError, UsageError
from settings import Settings, SmtpTls
from storage.outbox import Channel, Notice
from storage.store import Store

TIMEOUT_S = 20
MOST_IN_ONE = 200
SIGNATURE = "X-NetSword-Signature"
TIMESTAMP = "X-NetSword-Timestamp"


class DeliveryError(NetswordError):
    """A message did not get through; the text says why."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery came to, in notices."""

    sent: int = 0
    failed: int = 0


def deliver(store: Store, settings: Settings, now: datetime) -> Delivery:
    """Sends every notice whose time has come, one message per address; what fails is tried again later."""
    grouped: dict[tuple[Channel, str], list[Notice]] = defaultdict(list)
    for notice in store.outbox.take(now):
        grouped[notice.channel, notice.address].append(notice)
    sent = failed = 0
    for (channel, address), all_of_them in sorted(grouped.items()):
        notices = all_of_them[:MOST_IN_ONE]
        try:
            if channel is Channel.MAIL:
                _mail(settings, address, notices)
            else:
                _post(settings, address, notices, now)
        except NetswordError as error:
            # An address may be confidential, so the log has only what went wrong.
            logger.bind(channel=channel.value).warning("a digest could not be sent: {}", str(error))
            store.outbox.failed(notices, str(error), now)
            failed += len(notices)
        else:
            store.outbox.sent(notices)
            sent += len(notices)
    return Delivery(sent, failed)


def body_of(notices: Sequence[Notice]) -> str:
    """The digest as text, by sweep."""
    lines = ["网剑监测简报 NetSword digest", ""]
    by_sweep: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_sweep[notice.sweep].append(notice)
    for sweep, of_sweep in sorted(by_sweep.items()):
        lines += [
            f"监测任务 {sweep}",
            *(f"  [{each.kind}] {each.text}（{each.about}）" for each in of_sweep),
            "",
        ]
    return "\n".join([*lines, "以上均为机器记录的事实，疑点须经人工确认。", ""])


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``sha256=`` and the HMAC-SHA256 (RFC 2104) over timestamp, full stop and body, in hex."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _mail(settings: Settings, address: str, notices: Sequence[Notice]) -> None:
    if not settings.smtp_host:
        raise UsageError("NETSWORD_SMTP_HOST is not set, so no mail can be sent")
    message = EmailMessage()
    message["Subject"] = f"网剑监测简报 NetSword digest: {len(notices)}"
    message["From"] = settings.smtp_from or settings.contact
    message["To"] = address
    message.set_content(body_of(notices))
    with _smtp(settings) as server:
        server.send_message(message)


@contextmanager
def _smtp(settings: Settings) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    try:
        if settings.smtp_tls is SmtpTls.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S)
        with server:
            if settings.smtp_tls is SmtpTls.STARTTLS:
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            yield server
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"mail server {settings.smtp_host}: {type(error).__name__}: {error}") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The signature is for one address; it is not carried to another."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _post(settings: Settings, url: str, notices: Sequence[Notice], now: datetime) -> None:
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise UsageError("NETSWORD_WEBHOOK_SECRET is not set, so no webhook can be signed")
    facts = [
        {"kind": each.kind, "sweep": each.sweep, "about": each.about, "text": each.text} for each in notices
    ]
    body = json.dumps({"product": "netsword", "facts": facts}, ensure_ascii=False).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        TIMESTAMP: timestamp,
        SIGNATURE: signature(secret, timestamp, body),
    }
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - http(s) by schema
    opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
    try:
        answer: IO[bytes]
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            answer.read(1_000)
    except (OSError, HTTPException, ValueError) as error:
        raise DeliveryError(f"webhook: {type(error).__name__}: {error}") from error
