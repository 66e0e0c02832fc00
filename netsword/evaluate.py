"""``netsword evaluate``: the detectors and readers against labelled sets, one JSON object each."""

from __future__ import annotations

import typer

from netsword.evaluate_licence import licence
from netsword.evaluate_listings import listings
from netsword.evaluate_pages import pages
from netsword.evaluate_reviews import reviews

app = typer.Typer(
    name="evaluate",
    no_args_is_help=True,
    help="Score against labelled sets 评测: listings, licence, pages, reviews.",
)
app.command(epilog="Example: netsword evaluate listings ../shared/data/listings_gold/dev.jsonl --json")(
    listings
)
app.command(epilog="Example: netsword evaluate licence ../shared/data/license_gold --json")(licence)
app.command(epilog="Example: netsword evaluate pages ../shared/data/pages --json")(pages)
app.command(
    epilog="Example: netsword evaluate reviews ../shared/data/reviews/injected_campaigns_zh.csv.gz --json"
)(reviews)
