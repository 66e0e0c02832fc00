"""Pictures of preserved pages 页面截图, read from the evidence and checked on the way."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from console.gate import OurDesk, SignedIn
from domain.errors import EvidenceError
from evidence.records import read_record

router = APIRouter(prefix="/snapshots")
PNG = b"\x89PNG\r\n\x1a\n"
MOST_PICTURE_BYTES = 32 << 20


@router.get("/{snapshot_id}/screenshot")
def screenshot(snapshot_id: str, visitor: SignedIn, desk: OurDesk) -> Response:
    """The full-page picture of a snapshot; looking at it is written into the audit log.

    Raises:
        EvidenceError: the bytes are not the ones that were preserved.
    """
    snapshot = desk.store.snapshots.get(snapshot_id[:64])
    if snapshot is None or snapshot.screenshot is None:
        raise HTTPException(404)
    root = desk.settings.evidence_dir
    picture = read_record(root, snapshot.screenshot, max_bytes=MOST_PICTURE_BYTES).body
    digest = hashlib.sha256(picture).hexdigest()
    if digest != snapshot.screenshot_digest or not picture.startswith(PNG):
        raise EvidenceError(f"the picture has sha256 {digest}, the store says {snapshot.screenshot_digest}")
    visitor.did(desk, "snapshot.view", f"snapshot {snapshot.id}")
    return Response(picture, media_type="image/png")
