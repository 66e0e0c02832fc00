"""``netsword digest``: tells those whom it concerns what went wrong or was found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from crawlers.rounds import stuck_runs
from domain.sweep import Sweep
from netsword.delivery import Delivery, deliver
from netsword.output import emit, out, say, table
from netsword.session import log_to, open_store
from reports.digest import facts_of_claims, facts_of_run, facts_of_stuck, notices
from reports.run_summary import RunSummary
from settings import Settings
from storage.store import Store

LOOK_BACK = timedelta(days=30)


def digest(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what waits; send nothing")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="try at once what could not be sent")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")] = False,
) -> None:
    """Send what waits in the outbox by mail and webhook; 'nightly' and the scheduler do it by themselves.

    Example: netsword digest --dry-run
    """
    now = datetime.now(UTC)
    with open_store() as (store, settings):
        log_to("digest", settings)
        if not dry_run:
            if retry:
                store.outbox.retry(now)
            delivery = tell(store, settings, now)
            say(f"digest: {delivery.sent} notices sent, {delivery.failed} not.")
        found = store.outbox.list()
    if as_json:
        emit(found)
        return
    rows = table("Outbox 通知", "state", "to", "sweep", "kind", "text", "error")
    for each in found:
        rows.add_row(each.state, each.address, each.sweep, each.kind, each.text, each.error)
    out.print(rows)


def tell(store: Store, settings: Settings, now: datetime) -> Delivery:
    """Puts missed due times and stuck runs into the outbox, and sends what waits there."""
    for fact in (*facts_of_claims(store.slots.alarms(now - LOOK_BACK)), *facts_of_stuck(stuck_runs(store))):
        stored = store.sweeps.get(fact.sweep)
        sweep = stored.sweep if stored else None
        mail, webhooks = settings.digest_mail, settings.digest_webhooks
        store.outbox.put(notices([fact], sweep, now, mail=mail, webhooks=webhooks))
    return deliver(store, settings, now)


def note_run(store: Store, settings: Settings, summary: RunSummary, sweep: Sweep, now: datetime) -> None:
    """Puts what a finished run has to tell into the outbox; doing it twice adds nothing."""
    facts = facts_of_run(store, summary, sweep)
    store.outbox.put(notices(facts, sweep, now, mail=settings.digest_mail, webhooks=settings.digest_webhooks))
