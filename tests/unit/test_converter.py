"""What is written into a history reads back as the same value, for every model that travels."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import AwareDatetime
from pydantic_core import PydanticUndefined
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ActivityError, ApplicationError, RetryState

import domain
import schemas
import workflows
from runtime.converter import REDRESS_CONVERTER
from runtime.errors import WiringError
from schemas.base import Wire
from schemas.commands import AddInformation, OpenComplaint
from schemas.vocabulary import Role

PERSONAL = "Mei Lin, 138-0013-8000"
CONVERTER = REDRESS_CONVERTER.payload_converter
MOMENT = datetime(2026, 11, 2, 1, 0, 0, 1, tzinfo=UTC)
PLAIN: Mapping[object, object] = {
    str: "文",
    int: 7,
    bool: True,
    date: MOMENT.date(),
    datetime: MOMENT,
    AwareDatetime: MOMENT,
    timedelta: timedelta(hours=36, microseconds=1),
}


def wire_models() -> list[type[Wire]]:
    for package in (schemas, domain, workflows):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    # Models of data files, which refuse what they do not know, stay at home.
    travelling = (m for m in descendants(Wire) if m.model_config.get("extra") != "forbid")
    return sorted(travelling, key=lambda model: model.__qualname__)


def descendants(model: type[Wire]) -> set[type[Wire]]:
    own = set(model.__subclasses__())
    return own.union(*map(descendants, own))


MODELS = wire_models()


def least(model: type[Wire]) -> Wire:
    """Return an instance with nothing given that need not be."""
    needed = {name: field for name, field in model.model_fields.items() if field.is_required()}
    return model(**{name: values(field.annotation)[0] for name, field in needed.items()})


def each(model: type[Wire]) -> Iterator[Wire]:
    """Yield instances in which every field takes every kind of value that it can."""
    choices = {name: values(field.annotation) for name, field in model.model_fields.items()}
    for turn in range(max(map(len, choices.values()), default=1)):
        yield model(**{name: options[turn % len(options)] for name, options in choices.items()})


def values(annotation: Any) -> list[Any]:
    """Return values of a type, the fullest first, None last."""
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation in PLAIN:
        return [PLAIN[annotation]]
    if annotation is NoneType:
        return [None]
    if origin in (Union, UnionType):
        return [value for arg in args for value in values(arg)]
    if origin is Literal:
        return list(args)
    if origin is tuple and Ellipsis not in args:
        return [tuple(values(arg)[0] for arg in args)]
    if origin is tuple:
        return [tuple(values(args[0])), ()]
    if origin is dict:
        return [dict.fromkeys(values(args[0]), values(args[1])[0]), {}]
    if origin is not None:
        return values(args[0])  # Annotated.
    if issubclass(annotation, Enum):
        return list(annotation)
    return [next(each(annotation)), least(annotation)]


def round_trip(value: Wire) -> Any:
    (payload,) = CONVERTER.to_payloads([value])
    (again,) = CONVERTER.from_payloads([payload], [type(value)])
    return again


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_reads_back_as_it_was_written(model: type[Wire]) -> None:
    for value in (least(model), *each(model)):
        assert round_trip(value) == value


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_may_be_none_is_none_unless_given(model: type[Wire]) -> None:
    # None is not written, so a reader must take its absence for it, in every later version too.
    for name, field in model.model_fields.items():
        if None in values(field.annotation):
            assert field.default is not PydanticUndefined, name
            assert field.default is None, name


def test_the_samples_reach_all_that_travels() -> None:
    names = {model.__name__ for model in MODELS}
    assert {"Policy", "Envelope", "CaseRecord", "CaseState", "CaseStart", "Flush"} <= names
    assert any(value.refusals_by_actor for value in each_named("CaseState"))


def each_named(name: str) -> list[Any]:
    return list(each(next(model for model in MODELS if model.__name__ == name)))


def test_none_is_not_written_and_other_defaults_are() -> None:
    actor = {"id": "agent-01", "role": Role.AGENT}
    command = AddInformation.model_validate({"command_id": "c-1", "actor": actor})
    (payload,) = CONVERTER.to_payloads([command])
    assert json.loads(payload.data) == {
        "command_id": "c-1",
        "actor": {"id": "agent-01", "role": "agent"},
        "attachments": [],
    }
    assert payload.metadata["encoding"] == b"json/plain"


def test_discriminators_stay_on_the_wire() -> None:
    for envelope in each_named("Envelope"):
        (payload,) = CONVERTER.to_payloads([envelope])
        assert json.loads(payload.data)["event"]["kind"] == envelope.event.kind


def test_none_within_lists_and_dictionaries_is_kept() -> None:
    value = {"a": None, "b": [None, 1]}
    (payload,) = CONVERTER.to_payloads([value])
    assert json.loads(payload.data) == value


def test_none_itself_is_written_as_temporal_does() -> None:
    (payload,) = CONVERTER.to_payloads([None])
    assert payload.metadata["encoding"] == b"binary/null"


def test_a_newer_sender_is_understood() -> None:
    value = next(each(OpenComplaint))
    (payload,) = CONVERTER.to_payloads([value])
    payload.data = json.dumps(json.loads(payload.data) | {"mood": "angry"}).encode()
    assert CONVERTER.from_payloads([payload], [OpenComplaint]) == [value]


# ---- Failures -----------------------------------------------------------------------------------


class Busy(WiringError):
    """The system {name} is busy; try again."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__()
        self.name = "warehouse"


def failure_of(error: BaseException) -> Failure:
    failure = Failure()
    REDRESS_CONVERTER.failure_converter.to_failure(error, CONVERTER, failure)
    return failure


def test_the_text_of_an_unforeseen_exception_stays_out_of_the_history() -> None:
    with pytest.raises(ValueError, match="Mei Lin") as caught:
        raise ValueError(PERSONAL) from KeyError(PERSONAL)
    failure = failure_of(caught.value)
    assert PERSONAL not in str(failure)
    assert failure.message == failure.application_failure_info.type == "ValueError"
    assert failure.cause.message == "KeyError"
    assert "test_the_text_of_an_unforeseen_exception" in failure.stack_trace


def test_our_own_errors_say_what_to_do() -> None:
    failure = failure_of(Busy())
    assert failure.message == "The system warehouse is busy; try again."
    assert failure.application_failure_info.type == "busy"


def test_failures_of_temporal_are_left_as_they_are() -> None:
    error = ApplicationError("gave up", 7, type="gone", non_retryable=True)
    failure = failure_of(error)
    assert failure.message == "gave up"
    assert failure.application_failure_info.non_retryable
    again = REDRESS_CONVERTER.failure_converter.from_failure(failure, CONVERTER)
    assert isinstance(again, ApplicationError)
    assert (again.type, again.details) == ("gone", (7,))


def test_the_cause_of_a_failed_activity_is_kept_within_it() -> None:
    activity_error = ActivityError(
        "Activity task failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="worker",
        activity_type="triage_complaint",
        activity_id="1",
        retry_state=RetryState.TIMEOUT,
    )
    activity_error.__cause__ = ValueError(PERSONAL)
    failure = failure_of(activity_error)
    assert failure.activity_failure_info.activity_type.name == "triage_complaint"
    assert failure.cause.message == "ValueError"
    assert PERSONAL not in str(failure)
