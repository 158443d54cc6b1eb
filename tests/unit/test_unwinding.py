"""Rule 13: when the customer withdraws, what a remedy has done already is taken back in reverse."""

from __future__ import annotations

from domain.alarm import next_deadline
from schemas.effects import CarryOutStep, ReverseStep
from schemas.events import CompensationStarted, StepNotCompensated
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import Outcome, Stage, StepStatus, Verdict
from tests.support.commands import (
    MANUAL,
    accept_option,
    compensate_step,
    coupon,
    propose,
    resend,
    settle_step,
    withdraw,
)
from tests.support.expectations import accepted, clock, closed, happened, never, stage
from tests.support.policies import hours, policy
from tests.support.reports import not_reversed, reversed_, settled
from tests.support.story import Story

ALL = (coupon(), resend(), MANUAL)


def agreed(*steps: RemedyStep, takes_back: bool = True) -> Story:
    """A case whose customer has accepted these steps; its services answer when they are told to."""
    rules = policy(withdrawal_takes_back=takes_back)
    story = Story(rules=rules, settles=False).opened().triaged()
    return story.given(propose(Option(steps=steps)), accept_option())


def carry_out(story: Story, *steps: int) -> Story:
    for effect in [e for e in story.pending if isinstance(e, CarryOutStep) and e.step in steps]:
        story.pending.remove(effect)
        story.given(settled(effect))
    return story


def reversal(story: Story) -> ReverseStep:
    """Return the only step that a service is asked to take back by now."""
    (effect,) = (e for e in story.pending if isinstance(e, ReverseStep))
    story.pending.remove(effect)
    return effect


def test_the_last_step_is_taken_back_first() -> None:
    story = carry_out(agreed(coupon(), resend()), 1).given(withdraw())
    story.then(stage(Stage.REMEDYING), never(CompensationStarted))
    carry_out(story, 2).then(happened(CompensationStarted, step=2))
    story.when(reversed_(reversal(story))).then(happened(CompensationStarted, step=1))
    story.then(stage(Stage.REMEDYING))
    story.when(reversed_(reversal(story))).then(closed(Outcome.WITHDRAWN))
    assert {step.status for step in story.state.steps} == {StepStatus.COMPENSATED}
    story.then(clock("remedy", Verdict.WITHDRAWN, cycle=1)).audited()


def test_what_people_have_done_is_listed() -> None:
    story = carry_out(agreed(*ALL), 1, 2).given(withdraw())
    story.when(settle_step(3)).then(
        happened(StepNotCompensated, step=3, code="not_reversible", kept=True),
        happened(CompensationStarted, step=2, by="agent-1"),
    )
    story.given(reversed_(reversal(story))).when(reversed_(reversal(story)))
    story.then(closed(Outcome.WITHDRAWN), never(StepNotCompensated))


def test_what_its_service_cannot_take_back_stays_and_holds_up_nothing() -> None:
    story = carry_out(agreed(coupon(), resend()), 1).given(withdraw())
    carry_out(story, 2).when(not_reversed(reversal(story)))
    story.then(
        happened(StepNotCompensated, step=2, kept=True), happened(CompensationStarted, step=1)
    )
    story.when(reversed_(reversal(story))).then(closed(Outcome.WITHDRAWN))
    assert [step.status for step in story.state.steps] == ["compensated", "settled"]


def test_the_case_has_a_deadline_until_all_is_taken_back() -> None:
    story = carry_out(agreed(coupon(), MANUAL), 1).given(withdraw(), settle_step(2))
    deadline = next_deadline(story.state)
    assert deadline is not None
    assert deadline.key == "remedy"


def test_a_step_that_is_given_up_leaves_the_others_to_be_taken_back() -> None:
    story = carry_out(agreed(coupon(), MANUAL), 1).given(withdraw())
    story.when(compensate_step(2)).then(happened(CompensationStarted, step=1))
    story.when(reversed_(reversal(story))).then(closed(Outcome.WITHDRAWN))


def test_what_a_superior_is_having_taken_back_is_awaited() -> None:
    story = carry_out(agreed(coupon(), resend(), MANUAL), 1, 2).given(compensate_step(1))
    story.given(withdraw()).when(settle_step(3)).then(never(CompensationStarted))
    story.when(reversed_(reversal(story))).then(happened(CompensationStarted, step=2))
    story.when(reversed_(reversal(story))).then(closed(Outcome.WITHDRAWN))


def test_a_remedy_that_is_done_stays_done() -> None:
    story = carry_out(agreed(coupon()), 1).then(stage(Stage.FOLLOWING_UP))
    story.when(withdraw(), after=hours(1)).then(closed(Outcome.WITHDRAWN))
    assert story.state.steps[0].status is StepStatus.SETTLED


def test_an_older_policy_leaves_what_was_carried_out() -> None:
    story = carry_out(agreed(coupon(), MANUAL, takes_back=False), 1).given(withdraw())
    story.when(settle_step(2)).then(accepted(), closed(Outcome.WITHDRAWN))
    assert {step.status for step in story.state.steps} == {StepStatus.SETTLED}


def test_only_the_remedy_under_way_is_taken_back() -> None:
    """What was kept of an earlier one was kept on purpose: the owner offered something else."""
    story = carry_out(agreed(coupon(), MANUAL), 1).given(compensate_step(2))
    story.given(propose(Option(steps=(coupon(), MANUAL))), accept_option(2))
    carry_out(story, 3).given(withdraw(), settle_step(4, 2))
    effect = reversal(story)
    assert effect.step == 3
    story.when(reversed_(effect)).then(closed(Outcome.WITHDRAWN))
    assert story.state.steps[0].status is StepStatus.SETTLED
