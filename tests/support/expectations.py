"""What a story may expect of its last step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from schemas.events import CommandRefused, Event
from schemas.refusals import RefusalCode
from schemas.vocabulary import CommandStatus, Outcome, Purpose, Stage, TaskKind, Verdict
from tests.support.story import Story

Expectation = Callable[[Story], None]


def accepted() -> Expectation:
    def check(story: Story) -> None:
        assert story.answer.status is CommandStatus.ACCEPTED, story.answer
        assert story.answer.code is None

    return check


def refused(code: RefusalCode, detail: str | None = None) -> Expectation:
    """Expect a refusal that is recorded, tells the reason and changes nothing else (rule 22)."""

    def check(story: Story) -> None:
        assert story.answer.status is CommandStatus.REFUSED, story.events
        assert story.answer.code is code
        assert code.sentence in (story.answer.explanation or "")
        assert [type(event) for event in story.events] == [CommandRefused]
        event = story.events[0]
        assert isinstance(event, CommandRefused)
        assert (event.code, event.stage) == (code, story.state.stage)
        assert detail is None or detail in (event.detail or "")

    return check


def happened(kind: type[Event], times: int = 1, **fields: object) -> Expectation:
    """Expect an event of the last step with these fields, so many times."""

    def check(story: Story) -> None:
        matching = [
            event
            for event in story.events
            if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in fields.items())
        ]
        assert len(matching) == times, [e for e in story.events if isinstance(e, kind)]

    return check


def never(kind: type[Event], **fields: object) -> Expectation:
    return happened(kind, times=0, **fields)


def nothing_happened() -> Expectation:
    def check(story: Story) -> None:
        assert story.events == []

    return check


def stage(expected: Stage) -> Expectation:
    def check(story: Story) -> None:
        assert story.state.stage is expected

    return check


def closed(outcome: Outcome) -> Expectation:
    def check(story: Story) -> None:
        assert story.state.stage is Stage.CLOSED
        assert story.state.outcome is outcome
        assert story.answer.outcome in {None, outcome}

    return check


def clock(key: str, verdict: Verdict | None, cycle: int | None = None) -> Expectation:
    """Expect a clock with this verdict, or running without one."""

    def check(story: Story) -> None:
        assert story.clock(key, cycle).verdict is verdict, story.clock(key, cycle)

    return check


def due(key: str, moment: datetime) -> Expectation:
    def check(story: Story) -> None:
        assert story.clock(key).due_at == moment

    return check


def sent(*purposes: Purpose) -> Expectation:
    """Expect exactly these messages to the customer in the last step."""

    def check(story: Story) -> None:
        found = [e.message.purpose for e in story.events if e.kind == "message_released"]
        assert found == list(purposes)

    return check


def to_do(*kinds: TaskKind) -> Expectation:
    """Expect exactly these open tasks."""

    def check(story: Story) -> None:
        assert [t.kind for t in story.state.tasks if t.ended_at is None] == list(kinds)

    return check
