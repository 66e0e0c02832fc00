"""Pictures of licences 证照图片 behind findings: from the evidence, redrawn as PNG, the number marked."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from console.gate import OurDesk, SignedIn
from domain.errors import EvidenceError
from evidence.pictures import MOST_BYTES, redrawn
from evidence.records import read_record

router = APIRouter(prefix="/findings")


@router.get("/{number}/licence-picture")
def licence_picture(number: str, visitor: SignedIn, desk: OurDesk, part: str = "whole") -> Response:
    """The picture that a finding was read from, or with ``part=crop`` what stands around its number.

    Not the bytes that a stranger sent: a PNG made from their pixels. Looking is written into the audit log.

    Raises:
        EvidenceError: the bytes are not the ones that were preserved.
    """
    stored = desk.store.findings.get(number[:64])
    proof = stored.finding.licence if stored else None
    snapshot = desk.store.snapshots.get(proof.picture) if proof and proof.picture else None
    if proof is None or snapshot is None:
        raise HTTPException(404)
    body = read_record(desk.settings.evidence_dir, snapshot.warc, max_bytes=MOST_BYTES).body
    digest = hashlib.sha256(body).hexdigest()
    if digest != snapshot.payload_digest:
        raise EvidenceError(f"the picture has sha256 {digest}, the store says {snapshot.payload_digest}")
    picture = redrawn(body, box=proof.box, crop=part == "crop")
    if not picture:
        raise HTTPException(404)
    visitor.did(desk, "snapshot.view", f"snapshot {snapshot.id}")
    return Response(picture, media_type="image/png")
