"""Rule 31 and H6: whoever is not offered what they ask for is told why, and offered something."""

from __future__ import annotations

import pytest

from schemas.commands import Demand
from schemas.events import CaseEscalated, DemandChanged, ObjectionRaised, ProposalRefused
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import RefusalReason, RemedyKind, Stage, UnmetReason, Verdict
from tests.support.actors import AGENT
from tests.support.commands import (
    APOLOGY,
    accept_option,
    counter_demand,
    coupon,
    opening,
    propose,
    refuse_proposal,
    repair,
    resend,
    sealed,
)
from tests.support.expectations import accepted, clock, happened, refused, stage
from tests.support.policies import hours, yuan
from tests.support.story import START, Story

WHY = UnmetReason.NOT_AVAILABLE
EXPLANATION = RemedyStep(kind=RemedyKind.EXPLANATION)


def asking(remedy: RemedyKind | None = RemedyKind.REPAIR) -> Story:
    """A case whose customer asks for this remedy."""
    return Story().opened(opening(demand=Demand(remedy=remedy))).triaged()


def test_an_option_that_has_what_is_demanded_needs_no_reason() -> None:
    asking().when(propose(coupon(), Option(steps=(APOLOGY, repair())))).then(accepted())


def test_something_else_names_its_reason_and_is_explained() -> None:
    story = asking().when(propose(coupon(), unmet=WHY, text="no parts are left"))
    story.then(accepted(), stage(Stage.AWAITING_CONSENT))
    assert story.state.proposals[0].unmet is WHY


@pytest.mark.parametrize(
    "command",
    [
        propose(coupon()),
        propose(coupon(), unmet=WHY),
        propose(coupon(), text="no parts are left"),
        propose(APOLOGY, EXPLANATION, unmet=WHY, text="no parts are left"),
    ],
    ids=["neither", "no text", "no reason", "words only"],
)
def test_a_refused_demand_without_reason_or_alternative_is_refused(command: object) -> None:
    story = asking().when(command)  # type: ignore[arg-type]
    story.then(refused(RefusalCode.ALTERNATIVE_MISSING, "asked for repair"))


def test_an_alternative_beside_words_is_enough() -> None:
    asking().when(propose(APOLOGY, coupon(), unmet=WHY, text="sorry")).then(accepted())


@pytest.mark.parametrize("remedy", [None, RemedyKind.RESEND])
def test_a_demand_that_is_met_or_names_nothing_asks_for_nothing_more(
    remedy: RemedyKind | None,
) -> None:
    asking(remedy).when(propose(resend())).then(accepted())


def part(amount: float = 5) -> RemedyStep:
    return RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(amount))


def test_a_part_of_the_price_is_not_the_price() -> None:
    story = asking(RemedyKind.REFUND).when(propose(part()))
    story.then(refused(RefusalCode.ALTERNATIVE_MISSING))


def test_the_price_is_more_than_a_part_of_it() -> None:
    whole = RemedyStep(kind=RemedyKind.REFUND, amount=yuan(5))
    story = asking(RemedyKind.PARTIAL_REFUND)
    story.when(propose(whole, promised_at=START + hours(1))).then(accepted())


# ---- Another demand -----------------------------------------------------------------------------


def test_a_counter_demand_refuses_and_replaces_the_demand() -> None:
    story = asking(RemedyKind.RESEND).given(propose())
    story.when(counter_demand(RemedyKind.REPAIR, text="mend it"), after=hours(1)).then(
        accepted(),
        happened(
            ProposalRefused, version=1, reason=RefusalReason.WRONG_REMEDY, text=sealed("mend it")
        ),
        happened(DemandChanged, demand=Demand(remedy=RemedyKind.REPAIR, text=sealed("mend it"))),
        clock("consent.1", Verdict.MET),
        clock("solution.2", None),
        stage(Stage.DECIDING),
    )
    story.when(propose(resend())).then(refused(RefusalCode.ALTERNATIVE_MISSING))
    story.when(propose(repair())).then(accepted())


def test_a_demand_in_words_names_no_remedy_to_meet() -> None:
    story = asking(None).given(propose(), counter_demand(None, text="call me"))
    story.when(propose(coupon())).then(accepted())


def test_a_demand_in_words_does_not_take_back_the_remedy_that_was_named() -> None:
    story = asking(RemedyKind.RESEND).given(propose(), counter_demand(None, text="I still do"))
    story.when(propose(coupon())).then(refused(RefusalCode.ALTERNATIVE_MISSING))


def test_a_counter_demand_counts_as_a_refusal() -> None:
    story = asking(None).given(propose(), refuse_proposal(), propose())
    story.when(counter_demand(version=2)).then(happened(CaseEscalated))


def test_a_counter_demand_says_what_is_wanted() -> None:
    story = asking().given(propose(repair())).when(counter_demand(None))
    story.then(refused(RefusalCode.DEMAND_MISSING))


def test_staff_record_a_counter_demand_with_evidence() -> None:
    story = asking().given(propose(repair())).when(counter_demand(by=AGENT))
    story.then(refused(RefusalCode.EVIDENCE_MISSING))
    story.when(counter_demand(by=AGENT, evidence="call:4")).then(accepted())


def test_what_was_agreed_is_no_longer_bargained_about() -> None:
    story = asking().given(propose(repair()), accept_option())
    before = story.state
    story.when(counter_demand()).then(accepted(), happened(ObjectionRaised))
    assert story.state.demand == before.demand
    assert (story.state.stage, story.state.steps) == (before.stage, before.steps)
