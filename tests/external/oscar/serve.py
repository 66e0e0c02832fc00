"""Serves a freshly seeded shop on loopback; run it with the python of the environment made from
``requirements.txt``.

    PYTHON tests/external/oscar/serve.py --url-file var/external/oscar-url

It writes the shop's address to the file once it answers, and removes the file when it ends.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


def main() -> int:
    """Migrates, seeds and serves until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--url-file", type=Path, required=True)
    wanted = parser.parse_args()
    # A shell that starts this in the background has interrupts ignored; both ways of stopping tidy up.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="oscar-") as directory:
        os.environ |= {"NETSWORD_OSCAR_DIR": directory, "DJANGO_SETTINGS_MODULE": "shop_settings"}  # noqa: TID251
        sys.path.insert(0, str(Path(__file__).parent))
        application = _seeded(Path(directory))
        with make_server("127.0.0.1", wanted.port, application, _Server, _Quiet) as server:
            wanted.url_file.parent.mkdir(parents=True, exist_ok=True)
            wanted.url_file.write_text(f"http://127.0.0.1:{server.server_port}/", encoding="ascii")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return 0
            finally:
                wanted.url_file.unlink(missing_ok=True)
    return 0


def _seeded(directory: Path) -> Any:
    import django  # type: ignore[import-not-found]
    from django.core.management import call_command  # type: ignore[import-not-found]

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    _fill(directory)

    from django.core.wsgi import get_wsgi_application  # type: ignore[import-not-found]

    return get_wsgi_application()


def _fill(directory: Path) -> None:
    import logging

    import catalogue  # type: ignore[import-not-found]
    from django.core.management import call_command
    from django.db import transaction  # type: ignore[import-not-found]
    from oscar.apps.partner.importers import CatalogueImporter  # type: ignore[import-not-found]
    from oscar.core.loading import get_model  # type: ignore[import-not-found]

    product_class, product, review = (
        get_model("catalogue", "ProductClass"),
        get_model("catalogue", "Product"),
        get_model("reviews", "ProductReview"),
    )
    product_class.objects.create(name="普通商品", requires_shipping=True, track_stock=True)
    catalogue.write(directory / "catalogue.csv")
    CatalogueImporter(logging.getLogger("catalogue")).handle(str(directory / "catalogue.csv"))
    with transaction.atomic():
        for each in product.objects.all():
            for stars, heading, text, name in catalogue.reviews(each.upc):
                review.objects.create(
                    product=each,
                    score=stars,
                    title=heading,
                    body=text,
                    name=name,
                    email="a@shop.example",
                    status=review.APPROVED,
                )
            each.update_rating()
    call_command("rebuild_index", verbosity=0, interactive=False)


if __name__ == "__main__":
    raise SystemExit(main())
