"""Rule 13: a step is taken back by the service that carried it out, or given up."""

from __future__ import annotations

import pytest

from domain.view import case_view
from schemas.effects import ReverseStep
from schemas.events import (
    ClockStarted,
    CompensationStarted,
    NothingChanged,
    StepCompensated,
    StepNotCompensated,
    TaskWithdrawn,
)
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.remedy_codes import NOT_CARRIED_OUT, OUTCOME_UNKNOWN
from schemas.vocabulary import Outcome, Purpose, Stage, StepStatus, Verdict
from tests.support.actors import AGENT, MANAGER, OTHER_AGENT
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    callback,
    close_explained,
    compensate_step,
    coupon,
    fail_step,
    propose,
    resend,
    sealed,
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
from tests.support.policies import days, hours
from tests.support.reports import failed, not_reversed, reversed_, settled
from tests.support.story import START, Story


def agreed(*steps: RemedyStep, settles: bool = False) -> Story:
    """A case whose customer has just accepted an option of these steps."""
    story = Story(settles=settles).opened().triaged()
    return story.given(propose(Option(steps=steps)), accept_option())


def done() -> Story:
    """A case whose coupon was given, and whose services answer nobody from now on."""
    story = agreed(coupon(), settles=True)
    story.settles = False
    return story


def reversal(story: Story) -> ReverseStep:
    return next(e for e in story.pending if isinstance(e, ReverseStep))


# ---- What took effect ---------------------------------------------------------------------------


@pytest.mark.parametrize("by", [compensate_step().actor, MANAGER], ids=lambda by: by.role)
def test_a_service_takes_back_what_it_has_done(by: object) -> None:
    story = done().when(compensate_step().model_copy(update={"actor": by}))
    story.then(
        accepted(),
        happened(CompensationStarted, step=1, reason=sealed("a mistake")),
        never(StepCompensated),
    )
    assert (story.state.steps[0].status, story.state.steps[0].reversing) == ("settled", True)
    story.when(reversed_(reversal(story))).then(
        happened(StepCompensated, step=1, by="redress", reference="reversal-1"),
        clock("callback", Verdict.WITHDRAWN),
        stage(Stage.DECIDING),
        due("solution.2", START + hours(24)),
    )
    assert (story.state.steps[0].status, story.state.steps[0].reversing) == ("compensated", False)


def test_what_cannot_be_taken_back_stays_as_it_is() -> None:
    story = done().given(compensate_step())
    story.when(not_reversed(reversal(story)))
    story.then(happened(StepNotCompensated, step=1, code="not_reversible"))
    step = story.state.steps[0]
    assert (step.status, step.reversing) == (StepStatus.SETTLED, False)
    assert (step.reference, step.reason) == ("parcel-1", "not_reversible")
    story.when(compensate_step()).then(accepted(), happened(CompensationStarted))


def test_a_failure_without_a_code_is_told_as_unknown() -> None:
    story = done().given(compensate_step())
    report = not_reversed(reversal(story)).model_copy(update={"code": None})
    story.when(report).then(happened(StepNotCompensated, code="unknown"))


def test_taking_back_twice_is_once() -> None:
    story = done().given(compensate_step()).when(compensate_step())
    story.then(accepted(), happened(NothingChanged, command="compensate_step"))
    effect = reversal(story)
    story.given(reversed_(effect)).when(compensate_step()).then(happened(NothingChanged))
    story.when(reversed_(effect)).then(happened(NothingChanged, command="record_reversal"))


def test_a_report_that_comes_after_the_end_changes_nothing() -> None:
    story = done().given(compensate_step())
    effect = reversal(story)
    story.given(callback()).wait(days(40)).when(reversed_(effect))
    story.then(happened(NothingChanged, command="record_reversal"))


def test_a_report_to_a_closed_case_is_recorded() -> None:
    story = done().given(compensate_step(), callback())
    story.when(reversed_(reversal(story))).then(
        happened(StepCompensated), closed(Outcome.SATISFIED)
    )


def test_what_is_offered_instead_is_called_about_under_a_clock_of_its_own() -> None:
    story = agreed(coupon(), settles=True).given(compensate_step(), propose(MANUAL))
    story.given(accept_option(2), settle_step(2, 2)).then(stage(Stage.FOLLOWING_UP))
    story.when(callback()).then(closed(Outcome.SATISFIED)).audited()
    story.then(
        clock("callback", Verdict.WITHDRAWN, cycle=1), clock("callback.2", Verdict.MET, cycle=1)
    )
    assert case_view(story.state).callback_from_receipt is Verdict.MET


@pytest.mark.parametrize("step", [APOLOGY, MANUAL])
def test_words_and_deeds_of_people_cannot_be_taken_back(step: RemedyStep) -> None:
    story = agreed(step)
    if step is MANUAL:
        story.given(settle_step())
    story.when(compensate_step()).then(refused(RefusalCode.STEP_NOT_REVERSIBLE))


def test_the_case_waits_for_what_is_being_taken_back() -> None:
    story = agreed(coupon(), MANUAL, settles=True).then(stage(Stage.REMEDYING))
    story.settles = False
    story.given(compensate_step(1), settle_step(2)).then(stage(Stage.REMEDYING))
    story.when(not_reversed(reversal(story))).then(stage(Stage.FOLLOWING_UP))


# ---- What did not take effect -------------------------------------------------------------------


def test_a_step_that_failed_is_given_up_and_the_owner_offers_something_else() -> None:
    story = agreed(resend())
    story.given(failed(story.pending.pop())).when(compensate_step(), after=hours(1))  # type: ignore[arg-type]
    story.then(
        happened(StepCompensated, step=1, by="supervisor-1", reference=None),
        happened(TaskWithdrawn),
        to_do(),
        stage(Stage.DECIDING),
        clock("remedy", Verdict.WITHDRAWN),
        happened(ClockStarted),
        due("solution.2", START + hours(25)),
        sent(),
    )
    story.given(propose(coupon()), accept_option(2))
    story.then(stage(Stage.REMEDYING), due("remedy.2", START + hours(25)))
    assert story.clock("remedy").reason == "compensated"


def unheard() -> Story:
    """A parcel that may be on its way: nobody could be asked at the end."""
    story = agreed(resend())
    return story.given(failed(story.pending.pop(), OUTCOME_UNKNOWN))  # type: ignore[arg-type]


def test_a_step_that_may_have_acted_is_given_up_only_once_its_service_denies_it() -> None:
    story = unheard().when(compensate_step(), after=hours(1))
    story.then(happened(CompensationStarted), stage(Stage.REMEDYING))
    story.when(not_reversed(reversal(story), NOT_CARRIED_OUT))
    story.then(happened(StepCompensated, reference=None), stage(Stage.DECIDING))


@pytest.mark.parametrize("code", ["timed_out", "not_reversible"])
def test_a_step_that_may_have_acted_stays_open_while_its_service_does_not_deny_it(
    code: str,
) -> None:
    story = unheard().given(compensate_step())
    story.given(not_reversed(reversal(story), code)).then(stage(Stage.REMEDYING))
    story.when(compensate_step()).then(happened(CompensationStarted))
    story.given(not_reversed(reversal(story), code))
    story.when(settle_step(reference="RS-1", by=OTHER_AGENT)).then(stage(Stage.FOLLOWING_UP))


def test_nobody_is_told_that_a_remedy_is_done_of_which_a_part_was_given_up() -> None:
    story = agreed(coupon(), MANUAL, settles=True).when(compensate_step(2))
    story.then(sent(), stage(Stage.DECIDING))
    assert Purpose.REMEDY_DONE not in [m.purpose for m in story.state.messages]
    story.when(close_explained()).then(accepted(), stage(Stage.FOLLOWING_UP))


def test_a_manual_step_may_be_given_up_while_others_go_on() -> None:
    story = agreed(MANUAL, MANUAL).when(compensate_step(1))
    story.then(stage(Stage.REMEDYING), clock("remedy", None))
    story.when(settle_step(2)).then(stage(Stage.DECIDING))


def test_a_withdrawn_complaint_can_be_closed_in_spite_of_a_step_that_failed() -> None:
    story = agreed(MANUAL).given(fail_step(), withdraw()).then(stage(Stage.REMEDYING))
    story.when(compensate_step()).then(closed(Outcome.WITHDRAWN))


def test_what_was_given_up_is_neither_settled_nor_failed() -> None:
    story = agreed(MANUAL, MANUAL).given(compensate_step(1))
    for report in (settle_step(1), fail_step(1)):
        story.when(report).then(refused(RefusalCode.STEP_NOT_OPEN))


def test_what_a_service_is_carrying_out_is_not_given_up() -> None:
    story = agreed(resend()).when(compensate_step())
    story.then(refused(RefusalCode.STEP_UNDER_WAY))


@pytest.mark.parametrize(("step", "version"), [(0, 1), (2, 1), (1, 2)])
def test_an_unknown_step_is_refused(step: int, version: int) -> None:
    done().when(compensate_step(step, version)).then(refused(RefusalCode.STEP_UNKNOWN))


def test_an_agent_takes_nothing_back() -> None:
    done().when(compensate_step(by=AGENT)).then(refused(RefusalCode.NOT_ALLOWED))


def test_a_step_that_was_settled_by_hand_is_unknown_to_the_service() -> None:
    story = agreed(resend())
    story.given(failed(story.pending.pop()), settle_step(reference="by-hand", by=OTHER_AGENT))  # type: ignore[arg-type]
    story.when(compensate_step()).then(happened(CompensationStarted))


def test_what_is_being_taken_back_nobody_reports_meanwhile() -> None:
    """Otherwise the report of the reversal would undo what a person has just done."""
    story = unheard().given(compensate_step())
    story.when(settle_step(reference="BANK-1")).then(refused(RefusalCode.STEP_UNDER_WAY))
    story.when(fail_step()).then(refused(RefusalCode.STEP_UNDER_WAY))


def test_a_late_report_about_a_settled_step_changes_nothing() -> None:
    story = agreed(resend())
    effect = story.pending.pop()
    story.given(settled(effect)).when(settled(effect))  # type: ignore[arg-type]
    story.then(happened(NothingChanged, command="record_step"))
