"""The console's application: routes, static files, and an answer for everything that goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from loguru import logger
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from console.access import roles_with
from console.desk import Desk
from console.gate import NotAllowed, NotOurForm, SignInNeeded, safe_path
from console.pages import STATIC, page
from console.routers import (
    admin,
    calendar,
    displays,
    entrance,
    findings,
    licences,
    operators,
    overview,
    reports,
    runs,
    snapshots,
    sweep_versions,
    sweeps,
)
from console.shield import Shield, TooLarge
from domain.errors import EvidenceError, StorageError

ROUTERS = tuple(
    module.router
    for module in (
        entrance,
        overview,
        licences,
        findings,
        operators,
        displays,
        runs,
        reports,
        snapshots,
        calendar,
        sweep_versions,
        sweeps,
        admin,
    )
)
IMMUTABLE = "public, max-age=31536000, immutable"


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file; its address carries its digest, so it may be kept for good."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = IMMUTABLE
        return answer


def create_app(desk: Desk, hosts: Sequence[str] = ("127.0.0.1", "localhost")) -> Shield:
    """The console over ``desk``.

    Args:
        desk: what requests work with.
        hosts: names under which the console may be asked for; ``*`` allows every one.
    """
    app = FastAPI(title="NetSword", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", _Assets(directory=STATIC), name="static")
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(NotOurForm, _not_our_form)
    app.add_exception_handler(StorageError, _store_is_down)
    app.add_exception_handler(EvidenceError, _evidence_is_broken)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(TooLarge, _too_large)
    app.add_exception_handler(Exception, _fault)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    # Around everything, the answer to a fault included.
    return Shield(app)


def _sign_in_needed(request: Request, error: Exception) -> Response:
    form = error.form if isinstance(error, SignInNeeded) else None
    if request.method in ("GET", "HEAD") and not request.url.path.endswith("/live"):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(_sign_in_path(request.url.path + query), status_code=303)
    return page(request, "resend.html", status=401, form=form, reason="resend.signed_out")


def _sign_in_path(goal: str) -> str:
    return "/sign-in" if goal == "/" else f"/sign-in?{urlencode({'next': safe_path(goal)})}"


def _not_allowed(request: Request, error: Exception) -> Response:
    if not isinstance(error, NotAllowed):
        raise error
    return page(request, "not_allowed.html", error.visitor, status=403, roles=roles_with(error.permission))


def _not_our_form(request: Request, error: Exception) -> Response:
    if not isinstance(error, NotOurForm):
        raise error
    return page(request, "resend.html", error.visitor, status=403, form=error.form, reason="resend.old_form")


def _store_is_down(request: Request, error: Exception) -> Response:
    logger.bind(request=request.state.request_id).error("the store did not answer: {}", str(error))
    return page(request, "error.html", status=503, title="error.store", detail=str(error))


def _evidence_is_broken(request: Request, error: Exception) -> Response:
    logger.bind(request=request.state.request_id).error("evidence cannot be shown: {}", str(error))
    return page(request, "error.html", status=500, title="error.evidence", detail=str(error))


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: "error.not_found", 405: "error.method"}
    return page(request, "error.html", status=status, title=known.get(status, "error.request"), detail="")


def _too_large(request: Request, error: Exception) -> Response:
    return page(request, "error.html", status=413, title="error.too_large", detail="")


def _fault(request: Request, error: Exception) -> Response:
    logger.bind(request=request.state.request_id).opt(exception=error).error("a page failed")
    return page(request, "error.html", status=500, title="error.fault", detail="")
