"""What was paid for an order, asked of the shop's system: `GET {url}/orders/{code}`, signed.

It answers 200 with `{"paid": {"minor": 129900, "currency": "CNY"}}`, or 404 for an unknown order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from gateways.errors import OrderRecordsUnavailable, Silence
from gateways.signed_http import ANSWER_BYTES, Reply, Request, SignedHttp, silence
from schemas.money import Money

_CURRENCY = re.compile(r"[A-Z]{3}")
_MINOR = range(10**15)


class _Order(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    paid: Money


@dataclass(frozen=True)
class HttpOrderRecords(SignedHttp):
    """Asks the shop; see SignedHttp for how it is set up."""

    async def paid(self, order: str) -> Money | None:
        """Return what was paid, None for an unknown order; raises OrderRecordsUnavailable."""
        match await self._exchange(_request(order), reads={HTTPStatus.OK}):
            case Reply(HTTPStatus.OK, body):
                answer = _money(body)
            case Reply(HTTPStatus.NOT_FOUND):
                return None
            case Reply(status):
                answer = silence(status)
            case reason:
                answer = reason
        if isinstance(answer, Silence):
            raise OrderRecordsUnavailable(answer)
        return answer


def _request(order: str) -> Request:
    path = f"/orders/{quote(order, safe='')}"
    # An order's code may hold what no key of a signature may.
    return Request("GET", path, f"order:{sha256(path.encode()).hexdigest()[:32]}")


def _money(body: bytes) -> Money | Silence:
    if len(body) > ANSWER_BYTES:
        return Silence.TOO_LARGE
    try:
        paid = _Order.model_validate_json(body).paid
    except ValidationError:
        return Silence.RUBBISH
    sane = paid.minor in _MINOR and _CURRENCY.fullmatch(paid.currency)
    return paid if sane else Silence.RUBBISH
