"""Behaviour.md 2: who may send which command, cell by cell."""

from __future__ import annotations

import pytest

from domain.carry_out import carry_out
from domain.decide import RULES
from domain.permissions import SENDERS
from schemas.commands import COMMANDS, INTERNAL, Actor, Command, OpenComplaint
from schemas.refusals import RefusalCode
from schemas.vocabulary import Department, Role
from tests.support.commands import (
    accept_option,
    add_information,
    answer_survey,
    approve_proposal,
    ask_extension,
    assign_owner,
    callback,
    claim_check,
    close_explained,
    compensate_step,
    complete_check,
    complete_task,
    confirm_acceptance,
    correct_finding,
    counter_demand,
    decline_extension,
    decline_proposal,
    fail_step,
    grant_extension,
    hand_over_check,
    proceed_without_check,
    propose,
    record_note,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    return_check,
    settle_step,
    withdraw,
    withdraw_check,
)
from tests.support.handling import (
    close_unjustified,
    escalate,
    hold,
    link_duplicate,
    migrate_policy,
    move_callback,
    promise,
    reclassify,
    record_suggestion,
    resume,
    set_severity,
    sign_off,
)
from tests.support.keys import trust_keys
from tests.support.merges import adopt_duplicate, merge_into, release_duplicate, undo_merge
from tests.support.policies import days, policy
from tests.support.story import START, Story

# A superior may do what an agent may; an auditor and a reviewer change nothing here.
TABLE = """
                         system agent supervisor manager department customer reviewer auditor
add_information          yes    yes   yes        yes     -          yes      -        -
withdraw                 yes    yes   yes        yes     -          yes      -        -
reopen                   yes    yes   yes        yes     -          yes      -        -
assign_owner             -      yes   yes        yes     -          -        -        -
reply                    -      yes   yes        yes     -          -        -        -
record_note              -      yes   yes        yes     -          -        -        -
link_duplicate           yes    yes   yes        yes     -          -        -        -
merge_into               -      yes   yes        yes     -          -        -        -
undo_merge               -      yes   yes        yes     -          -        -        -
adopt_duplicate          -      yes   yes        yes     -          -        -        -
release_duplicate        -      yes   yes        yes     -          -        -        -
reclassify               -      yes   yes        yes     -          -        -        -
set_severity             -      yes   yes        yes     -          -        -        -
hold                     -      yes   yes        yes     -          -        -        -
resume                   -      yes   yes        yes     -          -        -        -
promise                  -      yes   yes        yes     -          -        -        -
escalate                 -      yes   yes        yes     -          -        -        -
close_explained          -      yes   yes        yes     -          -        -        -
close_unjustified        -      -     yes        yes     -          -        -        -
complete_task            -      yes   yes        yes     -          -        -        -
request_check            -      yes   yes        yes     -          -        -        -
withdraw_check           -      yes   yes        yes     -          -        -        -
proceed_without_check    -      -     yes        yes     -          -        -        -
grant_extension          -      -     yes        yes     -          -        -        -
decline_extension        -      -     yes        yes     -          -        -        -
claim_check              -      -     -          -       yes        -        -        -
complete_check           -      -     -          -       yes        -        -        -
return_check             -      -     -          -       yes        -        -        -
correct_finding          -      -     -          -       yes        -        -        -
ask_extension            -      -     -          -       yes        -        -        -
hand_over_check          -      -     -          -       yes        -        -        -
propose                  -      yes   yes        yes     -          -        -        -
approve_proposal         -      -     yes        yes     -          -        -        -
decline_proposal         -      -     yes        yes     -          -        -        -
accept_option            -      yes   yes        yes     -          yes      -        -
confirm_acceptance       -      yes   yes        yes     -          yes      -        -
refuse_proposal          -      yes   yes        yes     -          yes      -        -
counter_demand           -      yes   yes        yes     -          yes      -        -
settle_step              yes    yes   yes        yes     -          -        -        -
fail_step                yes    yes   yes        yes     -          -        -        -
compensate_step          -      -     yes        yes     -          -        -        -
record_callback_attempt  -      yes   yes        yes     -          -        -        -
move_callback            -      yes   yes        yes     -          yes      -        -
record_suggestion        -      yes   yes        yes     -          yes      -        -
sign_off                 -      -     -          yes     -          -        -        -
answer_survey            -      yes   yes        yes     -          yes      -        -
trust_keys               -      -     -          yes     -          -        -        -
migrate_policy           -      -     -          yes     -          -        -        -
"""

EXAMPLES: dict[str, Command] = {
    "add_information": add_information(),
    "withdraw": withdraw(),
    "reopen": reopen(),
    "assign_owner": assign_owner(),
    "reply": reply(),
    "record_note": record_note(),
    "link_duplicate": link_duplicate(),
    "merge_into": merge_into(),
    "undo_merge": undo_merge(),
    "adopt_duplicate": adopt_duplicate(),
    "release_duplicate": release_duplicate(),
    "reclassify": reclassify(),
    "set_severity": set_severity(),
    "hold": hold(START + days(1)),
    "resume": resume(),
    "promise": promise(START + days(1)),
    "escalate": escalate(),
    "close_explained": close_explained(),
    "close_unjustified": close_unjustified(),
    "complete_task": complete_task(),
    "request_check": request_check(),
    "withdraw_check": withdraw_check(),
    "claim_check": claim_check(),
    "complete_check": complete_check(),
    "return_check": return_check(),
    "proceed_without_check": proceed_without_check(),
    "correct_finding": correct_finding(),
    "ask_extension": ask_extension(START),
    "grant_extension": grant_extension(START),
    "decline_extension": decline_extension(),
    "hand_over_check": hand_over_check(),
    "approve_proposal": approve_proposal(),
    "decline_proposal": decline_proposal(),
    "confirm_acceptance": confirm_acceptance(),
    "counter_demand": counter_demand(),
    "compensate_step": compensate_step(),
    "propose": propose(),
    "accept_option": accept_option(evidence="call:1"),
    "refuse_proposal": refuse_proposal(),
    "settle_step": settle_step(),
    "fail_step": fail_step(),
    "record_callback_attempt": callback(),
    "move_callback": move_callback(START + days(1)),
    "record_suggestion": record_suggestion(),
    "sign_off": sign_off(),
    "answer_survey": answer_survey(),
    "trust_keys": trust_keys(),
    "migrate_policy": migrate_policy(policy(revision=days(2))),
}


def cells() -> list[tuple[str, Role, bool]]:
    heading, *rows = (line.split() for line in TABLE.strip().splitlines())
    return [
        (name, Role(role), cell == "yes")
        for name, *row in rows
        for role, cell in zip(heading, row, strict=True)
    ]


def test_the_table_names_every_command_and_every_role() -> None:
    names, roles, _ = zip(*cells(), strict=True)
    assert set(names) == set(COMMANDS) == set(SENDERS) == set(EXAMPLES)
    assert set(roles) == set(Role)


@pytest.mark.parametrize(("name", "role", "may"), cells())
def test_who_may_send_which_command(name: str, role: Role, may: bool) -> None:
    department = Department.WAREHOUSE if role is Role.DEPARTMENT else None
    actor = Actor(id="somebody", role=role, department=department)
    command = EXAMPLES[name].model_copy(update={"actor": actor, "command_id": "c-1"})
    story = Story().opened().triaged().given(request_check())
    answer = carry_out(story.state, command, story.now).answer
    assert (answer.code is not RefusalCode.NOT_ALLOWED) is may
    if not may:
        assert f"as {role}" in (answer.explanation or "")


def test_every_command_has_a_rule() -> None:
    assert set(RULES) == {OpenComplaint, *COMMANDS.values(), *INTERNAL.values()}


def test_every_example_is_of_its_command() -> None:
    for name, command in EXAMPLES.items():
        assert type(command) is COMMANDS[name]
