"""Rule 26: what a rule gives the customer is among the options, and what it forbids is not."""

from __future__ import annotations

import pytest

from runtime.law_file import load_law
from runtime.settings import PROJECT
from schemas.commands import Actor, Demand, Propose
from schemas.law import PinnedLaw, RemedyRule
from schemas.offer import RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Choice,
    Department,
    Finding,
    RemedyKind,
    Role,
    UnmetReason,
)
from tests.support.actors import LEGAL, LOGISTICS, SUPERVISOR, WAREHOUSE
from tests.support.commands import (
    APOLOGY,
    accept_option,
    callback,
    complete_check,
    correct_finding,
    counter_demand,
    coupon,
    opening,
    propose,
    refuse_proposal,
    repair,
    request_check,
)
from tests.support.expectations import accepted, refused
from tests.support.handling import reclassify
from tests.support.policies import yuan
from tests.support.story import Story

RULES = {rule.code.removeprefix("cn-"): rule for rule in load_law(PROJECT / "config").remedies}
SEVEN, FIFTEEN = RULES["three-guarantees-7"], RULES["three-guarantees-15"]
RETURN, COURIER = RULES["return-without-reason"], RULES["courier-delay"]
TWO_REPAIRS = RULES["three-guarantees-two-repairs"]

EXCHANGE = RemedyStep(kind=RemedyKind.EXCHANGE, cost=yuan(50))
REFUND = RemedyStep(kind=RemedyKind.REFUND, amount=yuan(50))
PART = RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(5))
QUALITY = Actor(id="tester-1", role=Role.DEPARTMENT, department=Department.QUALITY)
NOT_ALLOWED = RefusalCode.NOT_ALLOWED_BY_RULE


def under(
    *rules: RemedyRule,
    asks: RemedyKind | None = None,
    category: Category = Category.PRODUCT_QUALITY,
    failed_repairs: int = 0,
) -> Story:
    """A case to which the age of its sale leaves these rules."""
    demand = Demand(remedy=asks) if asks else None
    law = PinnedLaw(version="v1", remedies=rules)
    command = opening(demand=demand, category=category, law=law, failed_repairs=failed_repairs)
    return Story().opened(command).triaged()


def offering(*steps: RemedyStep) -> Propose:
    """A proposal that explains itself, and promises an answer in case it must be approved."""
    later = Story().now.replace(year=2027)
    unmet = UnmetReason.NOT_AVAILABLE
    return propose(*steps, unmet=unmet, text="this is what we can do", promised_at=later)


def allows(story: Story, *steps: RemedyStep) -> None:
    story.when(offering(*steps)).then(accepted())


def forbids(story: Story, rule: RemedyRule, *steps: RemedyStep, said: str = "") -> None:
    named = f"Rule {rule.code}, edition {rule.edition}: "
    story.when(offering(*steps)).then(refused(NOT_ALLOWED, f"{named}{said}"))


# ---- What must be offered -----------------------------------------------------------------------


@pytest.mark.parametrize("asked", [RemedyKind.REFUND, RemedyKind.EXCHANGE, RemedyKind.REPAIR])
def test_within_seven_days_the_customer_chooses(asked: RemedyKind) -> None:
    offers = {RemedyKind.REFUND: REFUND, RemedyKind.EXCHANGE: EXCHANGE, RemedyKind.REPAIR: repair()}
    others = [step for kind, step in offers.items() if kind is not asked]
    forbids(under(SEVEN, asks=asked), SEVEN, *others, said=f"it gives the customer {asked}.")
    allows(under(SEVEN, asks=asked), *others, offers[asked])


@pytest.mark.parametrize("asked", [None, RemedyKind.REFUND, RemedyKind.GIFT])
def test_without_a_demand_that_the_rule_gives_one_of_its_remedies_is_offered(
    asked: RemedyKind | None,
) -> None:
    said = "it gives the customer exchange or repair."
    forbids(under(FIFTEEN, asks=asked), FIFTEEN, APOLOGY, coupon(), said=said)
    allows(under(FIFTEEN, asks=asked), APOLOGY, EXCHANGE)


def test_a_customer_who_wishes_less_gets_the_wish() -> None:
    allows(under(SEVEN, FIFTEEN, asks=RemedyKind.COUPON), coupon())


def test_a_part_of_the_price_is_less_than_the_price() -> None:
    forbids(under(SEVEN, asks=RemedyKind.REFUND), SEVEN, PART)


def test_the_whole_price_is_more_than_a_part_of_it() -> None:
    allows(under(SEVEN, asks=RemedyKind.PARTIAL_REFUND), REFUND)


def test_a_new_demand_of_the_customer_counts() -> None:
    story = under(SEVEN, asks=RemedyKind.REPAIR).given(offering(repair()))
    story.given(counter_demand(RemedyKind.REFUND))
    forbids(story, SEVEN, repair())
    allows(story, REFUND)


def test_a_return_without_reason_is_due_only_when_demanded() -> None:
    forbids(under(RETURN, asks=RemedyKind.REFUND), RETURN, EXCHANGE)
    allows(under(RETURN, asks=RemedyKind.EXCHANGE), coupon())
    allows(under(RETURN), APOLOGY)


def test_compensation_for_a_courier_is_of_our_choice() -> None:
    story = under(COURIER, asks=RemedyKind.REFUND, category=Category.LOGISTICS)
    story.given(request_check(Department.LOGISTICS))
    story.given(complete_check(finding=Finding.LATE_DELIVERY, by=LOGISTICS))
    forbids(story, COURIER, APOLOGY)
    allows(story, coupon())


def test_nobody_is_above_a_rule() -> None:
    command = offering(coupon()).model_copy(update={"actor": SUPERVISOR})
    under(SEVEN).when(command).then(refused(NOT_ALLOWED))


# ---- What may not be offered --------------------------------------------------------------------


def test_what_a_rule_forbids_is_not_offered_even_on_demand() -> None:
    rule = SEVEN.model_copy(update={"must": (), "may_not": (RemedyKind.GIFT, RemedyKind.COUPON)})
    story = under(rule, asks=RemedyKind.COUPON)
    forbids(story, rule, repair(), coupon(), said="it forbids coupon.")
    allows(story, repair())


# ---- Whether a rule applies ---------------------------------------------------------------------


def test_a_rule_counts_for_its_categories() -> None:
    allows(under(SEVEN, category=Category.SERVICE_ATTITUDE), APOLOGY)


def test_a_rule_counts_again_once_the_category_is_its_own() -> None:
    story = under(SEVEN, category=Category.OTHER).given(reclassify(Category.PRODUCT_QUALITY))
    forbids(story, SEVEN, APOLOGY)


def test_a_rule_without_categories_counts_for_all() -> None:
    rule = SEVEN.model_copy(update={"categories": ()})
    forbids(under(rule, category=Category.SAFETY), rule, APOLOGY)


@pytest.mark.parametrize(
    ("department", "by", "finding", "applies"),
    [
        (Department.LEGAL, LEGAL, Finding.RULE_NOT_APPLICABLE, False),
        (Department.LEGAL, LEGAL, Finding.ABUSE, False),
        (Department.QUALITY, QUALITY, Finding.CUSTOMER_ERROR, False),
        (Department.QUALITY, QUALITY, Finding.BATCH_FAULT, True),
        (Department.WAREHOUSE, WAREHOUSE, Finding.NOT_CONFIRMED, True),
    ],
)
def test_a_finding_of_legal_or_quality_takes_a_case_out_of_a_rule(
    department: Department, by: Actor, finding: Finding, *, applies: bool
) -> None:
    story = under(SEVEN).given(request_check(department), complete_check(finding=finding, by=by))
    if applies:
        forbids(story, SEVEN, APOLOGY)
    else:
        allows(story, APOLOGY)


def test_the_last_word_of_a_department_counts() -> None:
    story = under(SEVEN).given(request_check(Department.LEGAL))
    story.given(complete_check(finding=Finding.RULE_NOT_APPLICABLE, by=LEGAL))
    story.given(correct_finding(finding=Finding.INCONCLUSIVE, by=LEGAL))
    forbids(story, SEVEN, APOLOGY)


def test_a_rule_may_wait_for_a_finding() -> None:
    allows(under(COURIER, category=Category.LOGISTICS), APOLOGY)


@pytest.mark.parametrize("before", [0, 1])
def test_two_failed_repairs_and_no_fewer_give_an_exchange(before: int) -> None:
    allows(under(TWO_REPAIRS, failed_repairs=before), repair())


def test_repairs_before_the_complaint_count() -> None:
    said = "it gives the customer exchange."
    forbids(under(TWO_REPAIRS, failed_repairs=2), TWO_REPAIRS, repair(), said=said)


def test_our_own_repair_has_failed_when_the_customer_is_still_unhappy() -> None:
    story = under(TWO_REPAIRS, failed_repairs=1).given(propose(repair()), accept_option())
    story.wait(Story().state.policy.remedy).given(callback(CallbackResult.DISSATISFIED))
    assert story.state.cycle.number == 2
    forbids(story, TWO_REPAIRS, repair())


def test_a_repair_that_was_only_offered_has_not_failed() -> None:
    story = under(TWO_REPAIRS, failed_repairs=1).given(propose(repair()), refuse_proposal())
    allows(story, repair())


def test_a_case_without_rules_is_bound_by_none() -> None:
    Story().opened().triaged().when(propose(APOLOGY)).then(accepted())


def test_every_shipped_rule_names_what_a_lawyer_must_confirm() -> None:
    assert all(rule.source and rule.edition for rule in RULES.values())
    assert {rule.choice for rule in RULES.values()} == set(Choice)
