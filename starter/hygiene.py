"""What doors insist on before anything is sealed or sent: clean text, codes, plausible times."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

from domain.codes import CODE, is_mail_address, is_telephone
from starter.errors import InputRejected

LONGEST = 10_000
"""Characters of one text, so that a sealed command stays below 64 KiB."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
KEPT = "\n\t"


def clean_text(field: str, text: str) -> str:
    """Return the text in NFC without surrounding blanks; InputRejected if it cannot be kept."""
    clean = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not clean:
        raise InputRejected(field, "the text is empty", "Say something")
    if len(clean) > LONGEST:
        problem = f"the text has {len(clean)} characters, {LONGEST} are allowed"
        raise InputRejected(field, problem, "Shorten it, or attach the rest as a document")
    if any(_is_unfit(character) for character in clean):
        problem = "the text holds control characters or broken encoding"
        raise InputRejected(field, problem, "Send it as valid UTF-8 without them")
    return clean


def clean_code(field: str, code: str) -> str:
    """Return the code; InputRejected if it is no reference of letters, digits and signs."""
    if CODE.fullmatch(code) is None:
        problem = "this is no code: up to 200 letters, digits and . _ : / @ # + = - without blanks"
        raise InputRejected(field, problem, "Send the reference, not its name or description")
    return code


def impersonal_code(field: str, code: str) -> str:
    """Return the code; InputRejected also for a mail address, which stays readable for ever."""
    if is_mail_address(clean_code(field, code)):
        remedy = "Send a code of your own, such as agent-07, and keep addresses in contacts"
        raise InputRejected(field, "this is a mail address and no code", remedy)
    return code


def code_of_somebody(field: str, code: str) -> str:
    """Return the code of a person or place; InputRejected also for a telephone number."""
    if is_telephone(impersonal_code(field, code)):
        remedy = "If it is a code, put letters before it: C-10002345"
        raise InputRejected(field, "this looks like a telephone number", remedy)
    return code


def plausible_time(field: str, moment: datetime, now: datetime) -> datetime:
    """Return the moment in UTC; InputRejected if it has no zone or cannot be true."""
    if moment.tzinfo is None:
        raise InputRejected(field, "the time has no zone", "Add one, such as +08:00")
    if not EARLIEST <= moment <= now + AHEAD:
        problem = "the time lies before 1990 or in the future"
        raise InputRejected(field, problem, "Check day, month and zone")
    return moment.astimezone(UTC)


def _is_unfit(character: str) -> bool:
    """Tell control characters, surrogates and direction overrides from writing."""
    if character in KEPT:
        return False
    category = unicodedata.category(character)
    return (
        category in {"Cc", "Cs"}
        or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
