"""Exceptions told without their values: which kind, which code, where in the program.

The text of an exception may quote what it stumbled over: a row that PostgreSQL refused, JSON that
could not be read, an address that does not exist. None of that may reach a log or a history, so
only what we or Temporal wrote is quoted, and only where that is asked for.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import FrameType

from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

MOST_LINKS = 8
MOST_FRAMES = 30
# Shorter texts, such as "0", would be found by chance, and hold no more than that.
SHORTEST_QUOTE = 3


def code_of(error: BaseException) -> str | None:
    """Return the stable code of an error that is ours, else None."""
    code = getattr(type(error), "code", None)
    return code if isinstance(code, str) else None


def name_of(error: BaseException) -> str:
    """Return class and code, such as `StoreUnavailable (temporarily_unavailable)`."""
    code = code_of(error) or _foreign_code(error)
    return f"{type(error).__name__} ({code})" if code else type(error).__name__


def message_of(error: BaseException) -> str:
    """Return the text of an error that is known to quote no input, else its name."""
    is_known = code_of(error) is not None or isinstance(error, TemporalError)
    # A server's answer to a request may quote the request.
    return str(error) if is_known and not isinstance(error, RPCError) else name_of(error)


def trace_of(error: BaseException) -> str:
    """Return an error, where it was raised, and its causes, without any value."""
    return "\n".join(line for link in _links(error) for line in _lines(*link))


def without_texts(said: str, error: BaseException) -> str:
    """Return what was said about an error, with the names of it and its causes for their texts."""
    for _, link in _links(error):
        text = str(link)
        if len(text) >= SHORTEST_QUOTE:
            said = said.replace(text, name_of(link))
    return said


def _foreign_code(error: BaseException) -> str | None:
    """Return the code that a library gives its error: of SQL, of gRPC, of an activity."""
    if isinstance(error, RPCError):
        return error.status.name.lower()
    known = (getattr(error, name, None) for name in ("sqlstate", "type"))
    return next((code for code in known if isinstance(code, str)), None)


def _links(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """Yield the error, the members of a group, and the causes, as often as is still readable."""
    pending = [("", error)]
    for _ in range(MOST_LINKS):
        if not pending:
            return
        link = pending.pop(0)
        yield link
        pending += _next(link[1])


def _next(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    if isinstance(error, BaseExceptionGroup):
        yield from (("holding ", member) for member in error.exceptions)
    if error.__cause__ is not None:
        yield "caused by ", error.__cause__
    elif error.__context__ is not None and not error.__suppress_context__:
        yield "while handling ", error.__context__


def _lines(said: str, error: BaseException) -> Iterator[str]:
    yield said + name_of(error)
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-MOST_FRAMES:]:
        yield f"  {_place(frame)}, line {line}"


def _place(frame: FrameType) -> str:
    """Return module and function; a path would tell about the machine."""
    return f"{frame.f_globals.get('__name__', '?')} {frame.f_code.co_qualname}"
