"""Personal data and free text, encrypted once at a door (architecture: privacy)."""

from __future__ import annotations

from schemas.base import Wire


class Sealed(Wire):
    """AES-256-GCM ciphertext of one text; workflow code passes it on unopened.

    `box` is base64 of nonce and ciphertext, with complaint id and `field` as additional data.
    `digest` is a hexadecimal HMAC-SHA-256 of the plain text under the complaint's own key: equal
    texts of one complaint have equal digests, however often they are sealed.
    """

    field: str
    box: str
    digest: str


class Attachment(Wire):
    """A document kept elsewhere, named by its hash; `size` in bytes, `sha256` hexadecimal."""

    id: str
    sha256: str
    size: int
