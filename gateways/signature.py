"""Signed requests in the Standard Webhooks form: HMAC-SHA-256 over `id.timestamp.body`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from gateways.errors import KeyUnusable, SecretUnusable, SignatureInvalid

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"

TOLERANCE = timedelta(minutes=5)
SECRET_BYTES = range(24, 65)
SECRET_PREFIX = "whsec_"  # noqa: S105 - Marks a secret and is none itself.

# A full stop in the id would let one signature fit two splits of the signed bytes; what is not
# printable ASCII cannot stand in a header.
_ID_FORM = re.compile(r"[!-\-/-~]{1,256}")
_TIMESTAMP_FORM = re.compile(r"[0-9]{1,12}")


def secret_bytes(text: str) -> bytes:
    """Read a secret as configured, `whsec_` and base64; raises SecretUnusable."""
    try:
        secret = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretUnusable from error
    if len(secret) not in SECRET_BYTES:
        raise SecretUnusable
    return secret


def sign(secrets: Sequence[bytes], key: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that prove the body; during rotation one signature per secret.

    Raises KeyUnusable.
    """
    if not _ID_FORM.fullmatch(key):
        raise KeyUnusable(key)
    stamp = str(int(at.timestamp()))
    signatures = " ".join(_signature(secret, key, stamp, body) for secret in secrets)
    return {ID: key, TIMESTAMP: stamp, SIGNATURE: signatures}


def signed_content(method: str, path: str, body: bytes) -> bytes:
    """Return what the signature of an HTTP request covers: its body, else `METHOD path`.

    The path is the part after the configured address, as sent. So the signature of a request
    without a body serves for no other.
    """
    return body or f"{method} {path}".encode()


def verify(secrets: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a request made with one of our secrets within 5 min of `now`.

    Header names are looked up in lower case. Raises SignatureInvalid.
    """
    key, stamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not (_ID_FORM.fullmatch(key) and _TIMESTAMP_FORM.fullmatch(stamp)):
        raise SignatureInvalid("id or timestamp is missing or malformed")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise SignatureInvalid("timestamp is more than 5 min away")
    offered = [item.encode() for item in headers.get(SIGNATURE, "").split()]
    valid = [_signature(secret, key, stamp, body).encode() for secret in secrets]
    # Every pair is compared, so that time tells nothing about which secret or place nearly fits.
    if not sum(hmac.compare_digest(ours, theirs) for ours in valid for theirs in offered):
        raise SignatureInvalid("no signature fits")
    return key


def _signature(secret: bytes, key: str, stamp: str, body: bytes) -> str:
    """Return one entry of the signature header; `v1` names the HMAC-SHA-256 scheme."""
    mac = hmac.digest(secret, b".".join((key.encode(), stamp.encode(), body)), hashlib.sha256)
    return "v1," + base64.b64encode(mac).decode()
