"""What a command may carry in the open: codes and sealed values, never plain text."""

from __future__ import annotations

import pytest

from domain.codes import holds_plain_text
from schemas.commands import Actor, Command
from schemas.sealed import Attachment, Sealed
from schemas.vocabulary import Role
from tests.support.commands import (
    accept_option,
    add_information,
    assign_owner,
    complete_check,
    opening,
    propose,
    reply,
    resend,
    settle_step,
)

BOX, DIGEST = "Ym94", "0" * 64


def named(command: Command) -> Command:
    return command.model_copy(update={"command_id": "c-1"})


@pytest.mark.parametrize(
    "command",
    [opening(), reply(), propose(), complete_check(references=("PS-4", "PS-5")), settle_step()],
    ids=lambda command: type(command).__name__,
)
def test_codes_and_sealed_values_are_no_plain_text(command: Command) -> None:
    assert not holds_plain_text(named(command))


@pytest.mark.parametrize("code", ["a", "7:message:4", "SO-1001", "x" * 200, "a+b=c#d@e/f.g_h"])
def test_a_code_is_letters_digits_and_a_few_signs(code: str) -> None:
    assert not holds_plain_text(named(assign_owner(code)))


@pytest.mark.parametrize(
    "text", ["", " ", "Mrs Wang", "王女士", "-a", "a\n", "a\u202eb", "x" * 201, "1,5", "a\x00"]
)
def test_anything_else_is_plain_text(text: str) -> None:
    assert holds_plain_text(named(assign_owner(text)))


@pytest.mark.parametrize(
    "command",
    [
        settle_step(reference="left at the door"),
        complete_check(references=("PS-4", "ask Wang")),
        propose(resend(item="the red lid")),
        accept_option(evidence="she said yes"),
        reply().model_copy(update={"actor": Actor(id="Li Wei", role=Role.AGENT)}),
        reply().model_copy(update={"command_id": "my command"}),
        add_information().model_copy(
            update={"attachments": (Attachment(id="a photo", sha256=DIGEST, size=1),)}
        ),
    ],
    ids=["reference", "references", "item", "evidence", "actor", "command id", "attachment"],
)
def test_plain_text_is_found_wherever_it_stands(command: Command) -> None:
    named_command = command if command.command_id else named(command)
    assert holds_plain_text(named_command)


@pytest.mark.parametrize(
    "value",
    [
        Sealed(field="the field", box=BOX, digest=DIGEST),
        Sealed(field="text", box="call me", digest=DIGEST),
        Sealed(field="text", box="", digest=DIGEST),
        Sealed(field="text", box=BOX, digest="13800000000"),
        Sealed(field="text", box=BOX, digest=DIGEST.upper().replace("0", "A")),
    ],
    ids=["field", "box", "no box", "short digest", "no digest"],
)
def test_what_only_looks_sealed_is_plain_text(value: Sealed) -> None:
    assert holds_plain_text(named(reply()).model_copy(update={"text": value}))
