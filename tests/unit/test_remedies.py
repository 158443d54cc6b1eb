"""Rule 13: a remedy is carried out after consent only, and each step exactly once."""

from __future__ import annotations

import pytest

from schemas.commands import (
    Actor,
    Command,
)
from schemas.effects import CarryOutStep
from schemas.events import (
    ClockEnded,
    ClockStarted,
    ComplaintWithdrawn,
    CycleClosed,
    NothingChanged,
    StepFailed,
    StepSettled,
    StepStarted,
    TaskCompleted,
    TaskCreated,
)
from schemas.offer import (
    Option,
    RemedyStep,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Outcome,
    Proof,
    Purpose,
    RemedyKind,
    Stage,
    StepStatus,
    TaskKind,
    Verdict,
)
from tests.support.actors import (
    AGENT,
    MANAGER,
    OTHER_AGENT,
    SHOP,
)
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    answer_survey,
    approve_proposal,
    callback,
    complete_task,
    coupon,
    fail_step,
    propose,
    refund,
    repair,
    reply,
    resend,
    settle_step,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    closed,
    due,
    happened,
    never,
    refused,
    sent,
    stage,
    to_do,
)
from tests.support.policies import (
    days,
    hours,
    yuan,
)
from tests.support.reports import failed, settled
from tests.support.story import START, Story

SOON = START + hours(1)
BOTH = Option(steps=(resend(), MANUAL))
"""A step that a service carries out, and one that is work for a person."""


def agreed(*options: Option, settles: bool = False) -> Story:
    """A case whose customer has just accepted the first option."""
    story = Story(settles=settles).opened().triaged()
    return story.given(propose(*options or (BOTH,)), accept_option())


def under_way(story: Story) -> CarryOutStep:
    """Return the step that a system is carrying out."""
    return next(e for e in story.pending if isinstance(e, CarryOutStep))


# ---- After consent only, and at once ------------------------------------------------------------


def test_consent_starts_every_step_at_once() -> None:
    story = agreed().then(
        happened(StepStarted, times=2),
        happened(ClockStarted),
        due("remedy", START + hours(24)),
        sent(Purpose.CONSENT_RECORDED),
        stage(Stage.REMEDYING),
    )
    assert [s.key for s in story.state.steps] == ["7:1:1:1", "7:1:1:2"]


def test_only_the_option_that_was_accepted_is_carried_out() -> None:
    story = Story(settles=False).opened().triaged()
    story.given(propose(repair(), coupon()), accept_option(option=2))
    assert [s.remedy for s in story.state.steps] == [coupon()]


def test_the_key_names_complaint_cycle_version_and_step() -> None:
    story = agreed(Option(steps=(APOLOGY,))).given(callback(CallbackResult.DISSATISFIED))
    story.given(propose(BOTH), accept_option(version=2))
    assert [s.key for s in story.state.steps] == ["7:1:1:1", "7:2:2:1", "7:2:2:2"]
    assert [s.number for s in story.state.steps] == [1, 2, 3]


SERVED = {
    "repair": repair(),
    "exchange": RemedyStep(kind=RemedyKind.EXCHANGE, cost=yuan(5)),
    "resend": resend(),
    "refund": refund(),
    "partial_refund": RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(5)),
    "coupon": coupon(),
    "gift": RemedyStep(kind=RemedyKind.GIFT, cost=yuan(5)),
}


@pytest.mark.parametrize("step", SERVED.values(), ids=SERVED.keys())
def test_a_service_carries_out_everything_but_words_and_deeds_of_people(step: RemedyStep) -> None:
    story = Story(settles=False).opened().triaged().given(propose(step, promised_at=SOON))
    if story.state.stage is Stage.AWAITING_APPROVAL:
        story.given(approve_proposal())
    story.given(accept_option()).then(to_do())
    assert under_way(story).remedy == step


def test_a_service_carries_out_a_resend_and_people_the_rest() -> None:
    story = agreed()
    assert under_way(story).remedy == resend()
    assert [e.key for e in story.effects if isinstance(e, CarryOutStep)] == ["7:1:1:1"]
    story.then(happened(TaskCreated), to_do(TaskKind.CARRY_OUT_STEP))
    assert story.state.tasks[0].subject == 2


def test_words_are_carried_out_by_the_proposal_itself() -> None:
    story = agreed(Option(steps=(APOLOGY,)))
    story.then(
        happened(StepSettled, reference="proposal:1"),
        clock("remedy", Verdict.MET),
        stage(Stage.FOLLOWING_UP),
        sent(Purpose.REMEDY_DONE),
        to_do(),
    )


# ---- Settling -----------------------------------------------------------------------------------


def test_the_last_step_ends_the_remedy_and_starts_the_callback() -> None:
    story = agreed().given(settle_step(2)).then(clock("remedy", None), stage(Stage.REMEDYING))
    story.when(settled(under_way(story)), after=hours(2)).then(
        happened(StepSettled, step=1, reference="parcel-1", by="redress"),
        happened(ClockEnded, key="remedy", verdict=Verdict.MET),
        stage(Stage.FOLLOWING_UP),
        due("callback", START + hours(2) + days(7)),
        sent(Purpose.REMEDY_DONE),
    )
    assert [s.status for s in story.state.steps] == [StepStatus.SETTLED] * 2


def test_settling_completes_the_task_about_that_step_only() -> None:
    story = agreed(Option(steps=(MANUAL, MANUAL))).when(settle_step(2))
    story.then(happened(TaskCompleted, task=2, by="agent-1"), to_do(TaskKind.CARRY_OUT_STEP))


def test_a_remedy_that_ends_late_is_breached() -> None:
    story = agreed(Option(steps=(MANUAL,))).when(settle_step(), after=hours(25))
    story.then(clock("remedy", Verdict.BREACHED), stage(Stage.FOLLOWING_UP))


def test_what_the_case_itself_reports_is_proved_by_the_engine() -> None:
    story = agreed(Option(steps=(resend(),)), settles=True)
    assert story.clock("remedy").proof is Proof.ENGINE


def test_settling_twice_with_the_same_reference_changes_nothing() -> None:
    story = agreed().given(settle_step(2)).when(settle_step(2))
    story.then(accepted(), happened(NothingChanged, command="settle_step"), never(StepSettled))


def test_a_step_takes_effect_under_one_reference_only() -> None:
    story = agreed().given(settle_step(2)).when(settle_step(2, reference="R-2"))
    story.then(refused(RefusalCode.STEP_NOT_OPEN))


@pytest.mark.parametrize(("step", "version"), [(0, 1), (-1, 1), (3, 1), (2, 2), (2, 0)])
@pytest.mark.parametrize("report", [settle_step(), fail_step()])
def test_an_unknown_step_is_refused(report: Command, step: int, version: int) -> None:
    command = report.model_copy(update={"step": step, "version": version})
    agreed().when(command).then(refused(RefusalCode.STEP_UNKNOWN))


@pytest.mark.parametrize("by", [AGENT, MANAGER, SHOP], ids=lambda by: by.role)
@pytest.mark.parametrize("report", [settle_step(1), fail_step(1)])
def test_nobody_reports_a_step_that_a_service_is_carrying_out(report: Command, by: Actor) -> None:
    # Else the person who takes over and the service would both carry it out.
    story = agreed().when(report.model_copy(update={"actor": by}))
    story.then(refused(RefusalCode.STEP_UNDER_WAY))


def test_a_backend_system_may_report_what_no_service_carries_out() -> None:
    story = agreed().given(settle_step(2, by=SHOP), failed(under_way(agreed())))
    story.when(settle_step(1, by=SHOP)).then(stage(Stage.FOLLOWING_UP))


# ---- Failing ------------------------------------------------------------------------------------


def test_a_step_that_fails_becomes_a_task_for_a_person() -> None:
    story = agreed(Option(steps=(resend(),)))
    story.when(failed(under_way(story))).then(
        happened(StepFailed, step=1, reason="timed_out"),
        to_do(TaskKind.CARRY_OUT_STEP),
        stage(Stage.REMEDYING),
        clock("remedy", None),
    )
    story.when(settle_step(reference="by hand", by=OTHER_AGENT)).then(
        accepted(), to_do(), stage(Stage.FOLLOWING_UP)
    )


def test_a_failure_without_a_code_is_told_as_unknown() -> None:
    story = agreed(Option(steps=(resend(),)))
    report = failed(under_way(story)).model_copy(update={"code": None})
    story.when(report).then(happened(StepFailed, reason="unknown"))


def test_a_step_that_fails_twice_is_one_task() -> None:
    agreed().given(fail_step(2), fail_step(2)).then(to_do(TaskKind.CARRY_OUT_STEP))


def test_a_step_whose_answer_was_lost_is_settled_by_the_late_answer() -> None:
    story = agreed(Option(steps=(resend(),)))
    effect = under_way(story)
    story.given(failed(effect)).when(settled(effect)).then(accepted(), to_do())
    assert story.state.steps[0].reference == "parcel-1"


def test_a_settled_step_cannot_fail() -> None:
    story = agreed().given(settle_step(2)).when(fail_step(2))
    story.then(refused(RefusalCode.STEP_NOT_OPEN))


def test_the_task_of_an_open_step_is_done_by_settling_it() -> None:
    agreed().when(complete_task()).then(refused(RefusalCode.STEP_STILL_OPEN))


# ---- No case closes with an open step -----------------------------------------------------------


@pytest.mark.parametrize(
    "command", [callback(), answer_survey()], ids=lambda command: type(command).__name__
)
def test_nothing_closes_a_case_with_an_open_step(command: Command) -> None:
    story = agreed().given(reply()).when(command)
    assert not story.state.is_closed
    assert story.answer.status == "refused"


def test_an_open_step_keeps_the_case_open_for_ever() -> None:
    agreed().wait(days(400)).then(stage(Stage.REMEDYING))


def test_withdrawing_waits_for_the_steps_under_way() -> None:
    story = (
        agreed()
        .when(withdraw())
        .then(accepted(), happened(ComplaintWithdrawn), never(CycleClosed), stage(Stage.REMEDYING))
    )
    story.when(withdraw()).then(happened(NothingChanged, command="withdraw"))
    story.given(settle_step(2), settled(under_way(story)))
    story.then(closed(Outcome.WITHDRAWN), sent(Purpose.WITHDRAWN_CONFIRMED))
    story.then(clock("remedy", Verdict.MET, cycle=1))


def test_withdrawing_after_the_remedy_closes_at_once() -> None:
    story = agreed(Option(steps=(APOLOGY,))).when(withdraw())
    story.then(closed(Outcome.WITHDRAWN), clock("callback", Verdict.WITHDRAWN, cycle=1))


def test_a_late_report_about_a_step_finds_the_case_closed() -> None:
    story = agreed().given(withdraw(), settle_step(2))
    effect = under_way(story)
    story.given(settled(effect)).then(closed(Outcome.WITHDRAWN)).when(settled(effect))
    story.then(accepted(), happened(NothingChanged, command="record_step"))


def test_the_agent_settles_what_is_manual() -> None:
    agreed(Option(steps=(MANUAL,))).when(settle_step(by=AGENT)).then(
        happened(StepSettled, by="agent-1"), stage(Stage.FOLLOWING_UP)
    )
