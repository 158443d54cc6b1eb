"""Remedies carried out by a system behind HTTP, signed: `{url}/remedies/{key}`.

PUT a RemedyOrder: 200 or 201 with `{"reference": CODE}`, however often it is put.
A key means one content: another order under it is declined with 409 and `remedy_conflict`.
GET: 200 with the reference under which the key took effect and with `order`, the RemedyOrder that
stands there, as it was put; 404 if there is none. Without `order` nothing is believed.
PUT `{url}/remedies/{key}/by-hand` tells what people have paid back themselves, as `{"order": …,
"reference": CODE}`: it is counted like a refund and never paid; 200, 201 or 204, however often.
DELETE takes it back: 200 with the reference of the reversal, also when it is repeated; 404 if there
is nothing, or 410 if there is nothing any more.
Any other 4xx declines for good, and may say why by `{"code": CODE}`, one of REFUSALS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from gateways.errors import OutcomeUnknown, Silence
from gateways.signed_http import Reply, Request, SignedHttp, silence
from schemas.remedy_order import RemedyOrder, is_same
from schemas.remedy_refusal import REFUSALS, NotReversible, RemedyDiffers, RemedyRefused

SERVICE = "remedy"

_TAKEN = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}
_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_READ = {*_TAKEN, *range(400, 500)}
_CODE_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/#+-]{0,63}")
BUSY = (HTTPStatus.CONFLICT, HTTPStatus.LOCKED, HTTPStatus.TOO_EARLY)
"""What a system answers that has the key in hand; with a code it is a refusal instead."""

_REFUSALS = {refusal.code: refusal for refusal in REFUSALS}


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    reference: str | None = None
    code: str | None = None
    order: RemedyOrder | None = None


class _ByHand(BaseModel):
    order: RemedyOrder
    reference: str


@dataclass(frozen=True)
class HttpRemedyService(SignedHttp):
    """Has remedies carried out; see SignedHttp for how it is set up."""

    async def carry_out(self, order: RemedyOrder) -> str:
        """Return the system's reference; raises OutcomeUnknown or RemedyRefused."""
        reply = await self._reply("PUT", order.key, order.model_dump_json().encode())
        if reply.status in {HTTPStatus.OK, HTTPStatus.CREATED}:
            return _reference(reply, order.key)
        if silence(reply.status) is Silence.REFUSED and not _is_busy(reply):
            raise _refusal(reply, order.key, RemedyRefused)
        raise OutcomeUnknown(SERVICE, order.key)

    async def lookup(self, order: RemedyOrder) -> str | None:
        """Return the reference if the order took effect; raises OutcomeUnknown or RemedyDiffers."""
        reply = await self._reply("GET", order.key)
        reference = _reference_or_none(reply, order.key)
        if reference is None:
            return None
        stands = _answer(reply).order
        if stands is None:
            raise OutcomeUnknown(SERVICE, order.key)
        if not is_same(stands, order):
            raise RemedyDiffers(order.key)
        return reference

    async def enter_by_hand(self, order: RemedyOrder, reference: str) -> None:
        """Tell what people paid back; raises OutcomeUnknown or RemedyRefused.

        A system that does not know this request refuses it, and people enter it there.
        """
        body = _ByHand(order=order, reference=reference).model_dump_json().encode()
        reply = await self._reply("PUT", order.key, body, "/by-hand")
        if silence(reply.status) is Silence.REFUSED and not _is_busy(reply):
            raise _refusal(reply, order.key, RemedyRefused)
        if reply.status not in _TAKEN:
            raise OutcomeUnknown(SERVICE, order.key)

    async def reverse(self, key: str) -> str | None:
        """Return the reference of the reversal; raises OutcomeUnknown or NotReversible."""
        reply = await self._reply("DELETE", key)
        if reply.status in _ABSENT:
            return None
        if silence(reply.status) is Silence.REFUSED:
            raise _refusal(reply, key, NotReversible)
        return _reference_or_none(reply, key)

    async def _reply(self, method: str, key: str, body: bytes = b"", below: str = "") -> Reply:
        request = Request(method, f"/remedies/{quote(key, safe=':')}{below}", key, body)
        reply = await self._exchange(request, reads=_READ)
        if isinstance(reply, Silence):
            raise OutcomeUnknown(SERVICE, key)
        return reply


def _is_busy(reply: Reply) -> bool:
    """Tell whether the system may still be at work on an earlier try under the same key."""
    return reply.status in BUSY and _CODE_FORM.fullmatch(_answer(reply).code or "") is None


def _reference_or_none(reply: Reply, key: str) -> str | None:
    match reply.status:
        case HTTPStatus.OK:
            return _reference(reply, key)
        case HTTPStatus.NOT_FOUND:
            return None
        case _:
            raise OutcomeUnknown(SERVICE, key)


def _reference(reply: Reply, key: str) -> str:
    """Return the reference; an answer without one leaves open whether anything happened."""
    reference = _answer(reply).reference or ""
    if _CODE_FORM.fullmatch(reference) is None:
        raise OutcomeUnknown(SERVICE, key)
    return reference


def _refusal(reply: Reply, key: str, usual: type[RemedyRefused]) -> RemedyRefused:
    """Return the refusal that the system names by its code, else the usual one."""
    code = _answer(reply).code or ""
    coded = code if _CODE_FORM.fullmatch(code) else f"status {reply.status}"
    return _REFUSALS.get(code, usual)(key, coded)


def _answer(reply: Reply) -> _Answer:
    """Read an answer; one that cannot be understood, or is cut off, says nothing."""
    try:
        return _Answer.model_validate_json(reply.body)
    except ValidationError:
        return _Answer()
