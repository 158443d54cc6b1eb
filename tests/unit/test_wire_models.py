"""Wire models: strict, immutable, open to newer senders, and silent about their input."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.commands import COMMANDS, INTERNAL, AnswerSurvey, OpenComplaint, Propose, Reply
from schemas.money import Money
from tests.support.commands import opening, propose, reply

HEADER = '"command_id": "c", "actor": {"id": "a", "role": "customer"}'


def survey(score: str) -> str:
    return f'{{{HEADER}, "score": {score}}}'


def test_a_newer_sender_may_add_fields() -> None:
    read = AnswerSurvey.model_validate_json(f'{{{HEADER}, "score": 5, "approved": true}}')
    assert read.score == 5
    assert not hasattr(read, "approved")


@pytest.mark.parametrize("score", ["true", '"5"', "5.5", "5.0e-1", "null", "[5]", "NaN", "1e400"])
def test_a_number_is_a_number(score: str) -> None:
    with pytest.raises(ValidationError):
        AnswerSurvey.model_validate_json(survey(score))


@pytest.mark.parametrize("moment", ["2026-11-02T01:00:00", "yesterday", "2026-13-02T01:00:00Z", ""])
def test_a_moment_has_a_zone(moment: str) -> None:
    with pytest.raises(ValidationError):
        AnswerSurvey.model_validate_json(f'{{{HEADER}, "score": 5, "received_at": "{moment}"}}')


@pytest.mark.parametrize("role", ["boss", "AGENT", "", "Agent "])
def test_a_role_is_of_the_closed_list(role: str) -> None:
    with pytest.raises(ValidationError):
        AnswerSurvey.model_validate_json(
            f'{{"command_id": "c", "actor": {{"id": "a", "role": "{role}"}}, "score": 5}}'
        )


@pytest.mark.parametrize("minor", ["0.5", '"100"', "true", "1e2"])
def test_money_is_a_whole_number_of_minor_units(minor: str) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate_json(f'{{"minor": {minor}, "currency": "CNY"}}')


def test_a_text_is_sealed() -> None:
    with pytest.raises(ValidationError) as caught:
        Reply.model_validate_json(f'{{{HEADER}, "text": "call me on 13800000000"}}')
    assert "13800000000" not in str(caught.value)


@pytest.mark.parametrize("bad", ['{"score": "13800000000"', "[]", "", "\\ud800", '"x"'])
def test_errors_never_show_their_input(bad: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AnswerSurvey.model_validate_json(bad)
    assert "13800000000" not in str(caught.value)


def test_a_command_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        reply().command_id = "other"  # type: ignore[misc]


@pytest.mark.parametrize("command", [reply(), opening(), propose()])
def test_a_command_survives_the_wire(command: Reply | OpenComplaint | Propose) -> None:
    assert type(command).model_validate_json(command.model_dump_json()) == command


@pytest.mark.parametrize("model", [*COMMANDS.values(), *INTERNAL.values(), OpenComplaint])
def test_no_field_of_a_command_has_a_factory_or_a_default_that_can_change(model: type) -> None:
    for field in model.model_fields.values():  # type: ignore[attr-defined]
        assert field.default_factory is None
        hash(field.default)
