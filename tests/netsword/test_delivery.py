"""Digests go to a real mail server and a real web server on loopback; what cannot be sent is kept."""

import json
import socketserver
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from netsword.delivery import SIGNATURE, TIMESTAMP, deliver, signature
from settings import Settings
from storage.outbox import FIRST_PAUSE, MOST_TRIES, Channel, Notice, NoticeState
from storage.store import Store
from tests.loopback import Handler, Site, serving

pytestmark = pytest.mark.mongo

NOW = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)
SECRET = "a secret of this test"  # noqa: S105


class MailServer(socketserver.ThreadingTCPServer):
    """Enough of RFC 5321 to take a mail."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, refuses: bool = False, identity: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refuses = refuses
        self.identity = identity
        """Key and certificate with which STARTTLS is offered."""
        self.mails: list[bytes] = []


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"EHLO" and self.server.identity:
                self.wfile.write(b"250-test\r\n250 STARTTLS\r\n")
                continue
            if word == b"STAR":
                self.wfile.write(b"220 go on\r\n")
                if not self._encrypted():
                    return
                continue
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == b"RCPT" and self.server.refuses:
                self.wfile.write(b"550 no such mailbox\r\n")
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = b""
                while (row := self.rfile.readline()) != b".\r\n":
                    body += row
                self.server.mails.append(body)
                self.wfile.write(b"250 taken\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")

    def finish(self) -> None:
        super().finish()
        # What was wrapped is no longer the socket that the server closes.
        self.connection.close()

    def _encrypted(self) -> bool:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(self.server.identity))
        try:
            self.connection = context.wrap_socket(self.request, server_side=True)
        except ssl.SSLError:
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return True


def an_identity(folder: Path) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "identity.pem"
    path.write_bytes(plain + made.public_bytes(Encoding.PEM))
    return path


class Hook(Handler):
    status = 200
    seen: list[tuple[dict[str, str], bytes]]

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.answer("", status=type(self).status, Location="/elsewhere")


@pytest.fixture
def hook() -> Iterator[tuple[str, Any]]:
    handler = type("Handler", (Hook,), {"seen": []})
    with serving(Site(handler)) as site:
        yield f"{site.url}/hook", handler


@pytest.fixture(params=[False])
def mail(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    with serving(MailServer(refuses=request.param)) as server:
        yield server


def a_notice(**changes: Any) -> Notice:
    defaults: dict[str, Any] = {
        "channel": Channel.MAIL,
        "address": "jiance@example.org",
        "about": "run 1",
        "kind": "blocked",
        "sweep": "weekly",
        "text": "平台 lingang 拒绝访问 9/20 页",
        "at": NOW,
        "due_at": NOW,
    }
    return Notice(**defaults | changes)


def with_mail(settings: Settings, server: MailServer) -> Settings:
    ours = {"smtp_host": "127.0.0.1", "smtp_port": server.server_address[1], "smtp_tls": "none"}
    return Settings.model_validate(settings.model_dump() | ours | {"smtp_from": "netsword@example.org"})


def with_secret(settings: Settings) -> Settings:
    return Settings.model_validate(settings.model_dump() | {"webhook_secret": SECRET})


def test_facts_of_an_address_come_in_one_mail_and_once(
    store: Store, store_settings: Settings, mail: MailServer
) -> None:
    settings = with_mail(store_settings, mail)
    store.outbox.put([a_notice(), a_notice(kind="coverage", text="采集覆盖率 60.0%"), a_notice()])
    assert deliver(store, settings, NOW).sent == 2
    assert deliver(store, settings, NOW + timedelta(days=1)).sent == 0
    [raw] = mail.mails
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "jiance@example.org"
    body = message.get_body()
    assert body is not None
    assert "拒绝访问 9/20 页" in body.get_content()
    assert "采集覆盖率 60.0%" in body.get_content()


@pytest.mark.parametrize("mail", [True], indirect=True)
def test_refused_mail_is_tried_again_later_and_then_kept_as_failed(
    store: Store, store_settings: Settings, mail: MailServer
) -> None:
    settings = with_mail(store_settings, mail)
    store.outbox.put([a_notice()])
    now = NOW
    for number in range(MOST_TRIES):
        assert deliver(store, settings, now).failed == 1, number
        assert deliver(store, settings, now).failed == 0, "not before its pause is over"
        now += FIRST_PAUSE * 2**number
    assert deliver(store, settings, now + timedelta(days=30)).failed == 0
    [notice] = store.outbox.list()
    assert (notice.state, notice.tries) == (NoticeState.FAILED, MOST_TRIES)
    assert "no such mailbox" in notice.error
    mail.refuses = False
    assert store.outbox.retry(now) == 1
    assert deliver(store, settings, now).sent == 1


@pytest.mark.parametrize(("is_trusted", "sent"), [(True, 1), (False, 0)])
def test_mail_goes_encrypted_to_a_server_whose_certificate_is_trusted_and_to_no_other(
    store: Store,
    store_settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_trusted: bool,
    sent: int,
) -> None:
    identity = an_identity(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(identity))
    store.outbox.put([a_notice()])
    with serving(MailServer(identity=identity)) as server:
        asked = with_mail(store_settings, server).model_dump() | {"smtp_tls": "starttls"}
        assert deliver(store, Settings.model_validate(asked), NOW).sent == sent
    assert len(server.mails) == sent
    assert is_trusted or "certificate verify failed" in store.outbox.list()[0].error


def test_mail_without_a_server_is_kept(store: Store, store_settings: Settings) -> None:
    store.outbox.put([a_notice()])
    assert deliver(store, store_settings, NOW).failed == 1
    [notice] = store.outbox.list()
    assert notice.state is NoticeState.WAITING
    assert "NETSWORD_SMTP_HOST" in notice.error


def test_webhook_is_signed_over_time_and_body(
    store: Store, store_settings: Settings, hook: tuple[str, Any]
) -> None:
    url, handler = hook
    store.outbox.put([a_notice(channel=Channel.WEBHOOK, address=url)])
    assert deliver(store, with_secret(store_settings), NOW).sent == 1
    [(headers, body)] = handler.seen
    timestamp, signed = headers[TIMESTAMP.lower()], headers[SIGNATURE.lower()]
    assert timestamp == str(int(NOW.timestamp()))
    assert signed == signature(SECRET, timestamp, body)
    assert signed != signature(SECRET, timestamp, body + b" ")
    assert json.loads(body)["facts"][0]["text"] == "平台 lingang 拒绝访问 9/20 页"


@pytest.mark.parametrize("status", [302, 400, 500])
def test_webhook_that_does_not_take_it_is_tried_again(
    store: Store, store_settings: Settings, hook: tuple[str, Any], status: int
) -> None:
    url, handler = hook
    handler.status = status
    store.outbox.put([a_notice(channel=Channel.WEBHOOK, address=url)])
    assert deliver(store, with_secret(store_settings), NOW).failed == 1
    assert len(handler.seen) == 1, "a redirect is not followed"
    [notice] = store.outbox.list()
    assert str(status) in notice.error


def test_webhook_without_a_secret_is_not_sent(
    store: Store, store_settings: Settings, hook: tuple[str, Any]
) -> None:
    url, handler = hook
    store.outbox.put([a_notice(channel=Channel.WEBHOOK, address=url)])
    assert deliver(store, store_settings, NOW).failed == 1
    assert handler.seen == []
