"""A department's own system behind HTTP: `POST {url}/checks`, signed.

It answers 200 with evidence as JSON, or 202 when the answer will come later by signal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from pydantic import ValidationError

from gateways.check_request import CheckRequest
from gateways.errors import DepartmentUnavailable, Silence
from gateways.signed_http import ANSWER_BYTES, Reply, Request, SignedHttp, silence
from schemas.base import Wire
from schemas.evidence import Evidence

_CODE_FORM = re.compile(r"[A-Za-z0-9_.:/#+-]{1,64}")
_NUMBERS = range(1_000_000_000)


@dataclass(frozen=True)
class HttpDepartmentSystem(SignedHttp):
    """Asks a department; see SignedHttp for how it is set up."""

    async def ask(self, request: CheckRequest) -> Evidence | None:
        """Return the evidence given, or None; raises DepartmentUnavailable."""
        answer = await self._answer(request)
        if isinstance(answer, Silence):
            raise DepartmentUnavailable(request.department, answer)
        return answer

    async def _answer(self, request: CheckRequest) -> Evidence | Silence | None:
        asked = Request("POST", "/checks", request.key, request.model_dump_json().encode())
        match await self._exchange(asked, reads={HTTPStatus.OK}):
            case Reply(HTTPStatus.OK, body):
                return evidence(body)
            case Reply(HTTPStatus.ACCEPTED):
                return None
            case Reply(status):
                return silence(status)
            case reason:
                return reason


def evidence(answer: bytes) -> Evidence | Silence:
    """Read an answer strictly; what is no code has no place in a history and is rubbish."""
    if len(answer) > ANSWER_BYTES:
        return Silence.TOO_LARGE
    try:
        found = Evidence.model_validate_json(answer)
    except ValidationError:
        return Silence.RUBBISH
    return found if _is_coded(found) else Silence.RUBBISH


def _is_coded(value: object) -> bool:
    """Tell whether a value holds codes, moments and numbers of a sensible size, and no words."""
    match value:
        case None | bool() | datetime():
            return True
        case int():
            return value in _NUMBERS
        case str():
            return _CODE_FORM.fullmatch(value) is not None
        case tuple():
            return all(map(_is_coded, value))
        case Wire():
            return all(_is_coded(field) for _, field in value)
        case _:
            return False
