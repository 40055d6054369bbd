"""Pictures of codes, for a phone to read."""

from __future__ import annotations

import base64
import io

import qrcode
import qrcode.image.svg


def qr_of(text: str) -> str:
    """Return a QR code of `text` as base64 of an SVG picture."""
    picture = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage).save(picture)
    return base64.b64encode(picture.getvalue()).decode()
