"""Exceptions are told by kind, code and place; their texts may hold what a customer wrote."""

from __future__ import annotations

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import WiringError
from runtime.fault import message_of, name_of, trace_of, without_texts

PERSONAL = "Mei Lin, 138-0013-8000"


class RowRefused(Exception):
    sqlstate = "23505"


class Known(WiringError):
    """The server {name} is away; start it."""

    code = "known"

    def __init__(self) -> None:
        super().__init__()
        self.name = "seven"


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    with pytest.raises(type(error)) as caught:
        raise error from cause
    return caught.value


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ValueError(PERSONAL), "ValueError"),
        (Known(), "Known (known)"),
        (RowRefused(PERSONAL), "RowRefused (23505)"),
        (ApplicationError(PERSONAL, type="busy"), "ApplicationError (busy)"),
        (RPCError(PERSONAL, RPCStatusCode.NOT_FOUND, b""), "RPCError (not_found)"),
    ],
)
def test_an_error_is_named_by_class_and_code(error: BaseException, name: str) -> None:
    assert name_of(error) == name


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Known(), "The server seven is away; start it."),
        (ApplicationError("gave up", type="busy"), "busy: gave up"),
        (KeyError(PERSONAL), "KeyError"),
        (RPCError(PERSONAL, RPCStatusCode.INTERNAL, b""), "RPCError (internal)"),
    ],
)
def test_only_texts_of_known_authors_are_quoted(error: BaseException, message: str) -> None:
    assert message_of(error) == message


def test_a_trace_shows_place_and_cause_and_no_value() -> None:
    trace = trace_of(raised(Known(), raised(ValueError(PERSONAL))))
    first, place, cause, *_ = trace.splitlines()
    assert first == "Known (known)"
    assert "test_fault raised, line " in place
    assert cause == "caused by ValueError"
    assert PERSONAL not in trace


def test_a_trace_tells_what_was_being_handled() -> None:
    error = Known()
    error.__context__ = ValueError(PERSONAL)
    assert trace_of(error).splitlines() == ["Known (known)", "while handling ValueError"]


def test_a_suppressed_context_stays_suppressed() -> None:
    error = Known()
    error.__context__ = ValueError(PERSONAL)
    error.__suppress_context__ = True
    assert trace_of(error) == "Known (known)"


def test_the_members_of_a_group_are_told() -> None:
    group = ExceptionGroup(PERSONAL, [ValueError(PERSONAL), Known()])
    assert trace_of(group).splitlines() == [
        "ExceptionGroup",
        "holding ValueError",
        "holding Known (known)",
    ]


def test_a_circle_of_causes_ends() -> None:
    one, other = ValueError(), Known()
    one.__cause__, other.__cause__ = other, one
    assert len(trace_of(one).splitlines()) == 8


def test_a_deep_trace_keeps_its_last_frames() -> None:
    def deeper(left: int) -> None:
        if left == 0:
            raise ValueError(PERSONAL)
        deeper(left - 1)

    with pytest.raises(ValueError, match="Mei") as caught:
        deeper(100)
    assert len(trace_of(caught.value).splitlines()) == 31


def test_texts_of_an_error_and_its_causes_are_replaced() -> None:
    error = raised(KeyError("short"), raised(ValueError(PERSONAL)))
    said = f"failed with {error}, because of {PERSONAL}"
    assert without_texts(said, error) == "failed with KeyError, because of ValueError"


def test_texts_too_short_to_mean_anything_are_left() -> None:
    assert without_texts("10 of 10 rows", ValueError("10")) == "10 of 10 rows"
