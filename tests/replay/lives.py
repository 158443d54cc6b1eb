"""The lives that are recorded as golden histories, beside the cases of the demonstration.

Together they take every turn that a case can take today. A new turn gets a life of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from gateways.errors import Silence
from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Channel,
    Department,
    Finding,
    RefusalReason,
    RemedyKind,
    ReturnReason,
    Role,
    Severity,
    Stage,
    StepStatus,
    UnmetReason,
)
from tests.support.actors import (
    AGENT,
    CUSTOMER,
    LEGAL,
    LOGISTICS,
    MANAGER,
    SUPERVISOR,
    WAREHOUSE,
)
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.commands import MANUAL, coupon
from tests.support.eventually import eventually
from tests.support.wire import body, payload, raw_signal

Life = Callable[[Caseload], Awaitable[Case]]

EVENTS = 30
"""A run that is bounded to so many events is continued more than once in a short life."""

DAY = timedelta(days=1)
ANOTHER_DAY_AND_HOUR = timedelta(hours=25)


async def withdrawn_with_a_step_open(cases: Caseload) -> Case:
    """Somebody takes over when the customer withdraws; that is finished, then the case ends."""
    case = await cases.open()
    await case.propose(Option(steps=(MANUAL,)))
    await case.accept()
    await case.stage(Stage.REMEDYING)
    await case.send("withdraw", CUSTOMER)
    await case.send("settle_step", version=1, step=1, reference="REP-1")
    await case.stage(Stage.CLOSED)
    return case


async def refused_then_accepted(cases: Caseload) -> Case:
    case = await cases.open()
    await case.propose()
    refusal = {"version": 1, "reason": RefusalReason.WRONG_REMEDY}
    await case.send("refuse_proposal", CUSTOMER, **refusal)
    await case.wait(timedelta(hours=2))
    await case.propose(Option(steps=(coupon(),)))
    await case.accept(version=2)
    await followed_up(case)
    return case


async def reopened(cases: Caseload) -> Case:
    case = await cases.open()
    await solved(case)
    await followed_up(case)
    await case.wait(5 * DAY)
    await case.send("reopen", CUSTOMER)
    await case.send("close_explained", explanation="The lid is inside the pot.")
    await followed_up(case)
    await case.wait(DAY)
    await case.send("answer_survey", CUSTOMER, score=4)
    return case


async def unreachable(cases: Caseload) -> Case:
    """Three calls on different days and at different hours, and nobody answers."""
    case = await cases.open()
    await solved(case)
    for _ in range(3):
        await case.wait(ANOTHER_DAY_AND_HOUR)
        await case.call_back(CallbackResult.NOT_REACHED)
    await case.stage(Stage.CLOSED)
    return case


async def dissatisfied_then_satisfied(cases: Caseload) -> Case:
    case = await cases.open()
    await solved(case)
    await case.wait(2 * DAY)
    await case.call_back(CallbackResult.DISSATISFIED)
    await case.reply()
    await case.propose()
    await case.accept(version=2)
    await followed_up(case)
    return case


async def refusals(cases: Caseload) -> Case:
    """Commands that are refused, and signals that are none."""
    case = await cases.open()
    await case.refused(RefusalCode.NO_SUCH_PROPOSAL, "accept_option", CUSTOMER, version=1, option=1)
    await case.refused(RefusalCode.NOT_ALLOWED, "propose", CUSTOMER, options=())
    await case.refused(RefusalCode.OPTION_COUNT, "propose", AGENT, options=())
    await case.refused(RefusalCode.CASE_NOT_CLOSED, "answer_survey", CUSTOMER, score=5)
    await misfits(case)
    await case.send("withdraw", CUSTOMER)
    await case.stage(Stage.CLOSED)
    await case.refused(RefusalCode.CASE_CLOSED, "reply", AGENT, text="Thank you.")
    return case


async def misfits(case: Case) -> None:
    """Send signals that no door would send, many in one task, and wait until each is refused."""
    sent = (
        ("withdraw", ()),
        ("withdraw", (payload(b"{"),)),
        ("withdraw", (payload(body(), b"binary/plain"),)),
        ("withdraw", (payload(body()[:-1] + b', "a": 1, "a": 2}'),)),
        ("accept_option", (payload(body(version=True, option=1)),)),
        ("assign_owner", (payload(body(owner="agent-9")),)),
        ("abolish_case", (payload(body()),)),
        ("wake", (payload(body()),)),
    )
    earlier = len(await case.refusals())
    await asyncio.gather(*(raw_signal(case, name, payloads) for name, payloads in sent))
    await eventually(case.refusals, lambda found: len(found) == earlier + len(sent))


async def checks(cases: Caseload) -> Case:
    """A check comes back and is asked again; the answer comes as a signal past every door."""
    case = await cases.open()
    await case.ask()
    await case.send("return_check", WAREHOUSE, check=1, reason=ReturnReason.QUESTION)
    await case.ask()
    await case.send("claim_check", WAREHOUSE, check=2)
    actor = {"id": "picker-1", "role": "department", "department": "warehouse"}
    answer = body(actor=actor, check=2, finding="packing_fault", references=["PX-1"])
    await raw_signal(case, "complete_check", (payload(answer),))
    await case.stage(Stage.DECIDING)
    await case.wait(timedelta(hours=20))  # The warning comes, and the answer just in time.
    await solved(case)
    await followed_up(case)
    return case


async def system_of_no_help(cases: Caseload) -> Case:
    """The warehouse's own system answers rubbish, so a person looks."""
    case = await cases.open()
    cases.house.warehouse.silence = Silence.RUBBISH
    await case.ask()
    await case.until(lambda view: view.checks[0].evidence)
    cases.house.warehouse.silence = None
    await case.find()
    await solved(case)
    await followed_up(case)
    return case


async def departments(cases: Caseload) -> Case:
    """Time is asked for, a check is passed on, a finding corrected, one check done without."""
    case = await cases.open()
    for department in (Department.WAREHOUSE, Department.LEGAL):
        await case.ask(department)
    until = await case.now() + 2 * DAY
    wish = {"check": 1, "until": until, "reason": "The shelf is being counted."}
    await case.send("ask_extension", WAREHOUSE, **wish)
    await case.wait(timedelta(hours=3))
    await case.send("grant_extension", SUPERVISOR, check=1, until=until)
    await case.send("hand_over_check", WAREHOUSE, check=1, department=Department.LOGISTICS)
    await case.wait(timedelta(hours=20))
    await case.find(check=3, by=LOGISTICS)
    await case.wait(timedelta(hours=2))
    await case.send("proceed_without_check", SUPERVISOR, check=2, reason="It cannot wait.")
    await case.send("correct_finding", LOGISTICS, check=3, finding=Finding.LATE_DELIVERY)
    await solved(case)
    await followed_up(case)
    return case


async def approved_and_taken_back(cases: Caseload) -> Case:
    """One dear version is declined, one approved and refused; of the third both steps end badly."""
    case = await cases.open(demand=RemedyKind.REPAIR)
    dear: dict[str, Any] = {
        "options": (Option(steps=(coupon(900),)),),
        "text": "No spare part is left.",
        "unmet": UnmetReason.NOT_AVAILABLE,
    }
    await case.send("propose", **dear, promised_at=await case.now() + DAY)
    await case.wait(timedelta(hours=5))
    await case.send("decline_proposal", SUPERVISOR, version=1, reason="Too much.")
    await case.send("propose", **dear, promised_at=await case.now() + DAY)
    await case.refused(RefusalCode.NOT_APPROVED, "accept_option", CUSTOMER, version=2, option=1)
    await case.send("approve_proposal", SUPERVISOR, version=2)
    await case.stage(Stage.AWAITING_CONSENT)
    await case.send("counter_demand", CUSTOMER, version=2, remedy=RemedyKind.COUPON)
    await case.propose(Option(steps=(coupon(), MANUAL)))
    objecting = {"version": 3, "option": 1, "objection": "But it took weeks."}
    await case.send("accept_option", CUSTOMER, **objecting)
    await case.send("confirm_acceptance", CUSTOMER, version=3, option=1)
    await case.until(lambda view: view.steps[0].status is StepStatus.SETTLED)
    await case.send("compensate_step", SUPERVISOR, version=3, step=1, reason="Given twice.")
    await case.until(lambda view: view.steps[0].status is StepStatus.COMPENSATED)
    await case.send("compensate_step", SUPERVISOR, version=3, step=2)
    await case.stage(Stage.DECIDING)
    await case.propose(Option(steps=(coupon(),)))
    await case.accept(version=4)
    await followed_up(case)
    return case


async def continued(cases: Caseload) -> Case:
    """Each run of the case is cut short, in the middle of what it is about."""
    case = await cases.open(cases.house.door(continue_after=EVENTS))
    await case.ask()
    await case.find()
    await case.propose()
    await case.accept()
    await case.stage(Stage.FOLLOWING_UP)
    await case.withdraw()
    return case


async def store_away(cases: Caseload) -> Case:
    """PostgreSQL is away when the customer agrees; nothing but the journal waits for it."""
    case = await cases.open()
    await case.propose(Option(steps=(MANUAL,)))
    await cases.house.postgres.stop()
    await case.accept()
    await case.send("settle_step", version=1, step=1, reference="REP-1")
    await cases.house.postgres.start()
    await case.journal()
    await followed_up(case)
    return case


async def waited_for_and_promised(cases: Caseload) -> Case:
    """A question is asked twice and answered, a date is missed twice, and a call moved."""
    case = await cases.open()
    await case.reply()
    question = "Which lid do you mean?"
    await case.send("hold", question=question, remind_at=await case.now() + 2 * DAY)
    await case.wait(3 * DAY)
    await case.send("add_information", CUSTOMER, text="The blue one.")
    await case.send("promise", promised_at=await case.now() + DAY, text="We call the works.")
    await case.wait(timedelta(hours=49))
    await case.send("escalate", to=Role.MANAGER)
    await case.send("complete_task", task=1)
    await case.send("hold", question=question, remind_at=await case.now() + DAY)
    await case.send("resume")
    await case.propose()
    await case.accept()
    await case.stage(Stage.FOLLOWING_UP)
    await case.send("move_callback", CUSTOMER, to=await case.now() + 8 * DAY)
    await case.wait(8 * DAY - timedelta(hours=1))
    await case.call_back()
    await case.signal("record_suggestion", text="Put a picture of the lid on the box.")
    await case.until(lambda view: view.suggestions)
    return case


async def late_and_judged_anew(cases: Caseload) -> Case:
    """Nobody says anything for two days; then it turns out to be serious."""
    case = await cases.open(category=Category.LOGISTICS)
    await case.wait(timedelta(hours=49))
    await case.send("reply", text="We are sorry. We look for the parcel.")
    await case.send("link_duplicate", of=case.number - 1)
    await case.send("link_duplicate", of=case.number - 2)
    await case.send("set_severity", severity=Severity.CRITICAL)
    await case.send("reclassify", category=Category.SAFETY, reason="Glass in the parcel.")
    await solved(case)
    await followed_up(case)
    return case


async def unjustified(cases: Caseload) -> Case:
    """Legal finds that the rule does not apply, and a supervisor closes the case."""
    case = await cases.open()
    await case.ask(Department.LEGAL)
    await case.send("complete_check", LEGAL, check=1, finding=Finding.RULE_NOT_APPLICABLE)
    closing = "The time in which goods can be given back without a reason is over."
    await case.send("close_unjustified", SUPERVISOR, explanation=closing)
    return case


async def exhausted(cases: Caseload) -> Case:
    """The customer stays dissatisfied through every cycle, and a manager signs off."""
    case = await cases.open()
    while not (await case.view()).tasks:
        await case.send("close_explained", explanation="The lid is inside the pot.")
        await case.wait(DAY)
        await case.call_back(CallbackResult.DISSATISFIED)
    await case.send("sign_off", MANAGER)
    return case


async def solved(case: Case) -> None:
    """Answer, offer and send again, until only the follow-up is left."""
    await case.reply()
    await case.propose()
    await case.accept()
    await case.stage(Stage.FOLLOWING_UP)


async def merged_and_on_its_own_again(cases: Caseload) -> Case:
    """It goes on under another number, by itself again, and once more under the other."""
    kept, case = await cases.open(), await cases.open()
    await case.send("promise", promised_at=await case.now() + 3 * DAY, text="We call you.")
    await case.send("merge_into", survivor=kept.number)
    await case.refused(RefusalCode.CASE_MERGED, "reopen", CUSTOMER)
    await case.wait(DAY)
    await case.send("undo_merge")
    await case.send("merge_into", survivor=kept.number)
    return case


async def gone_on_for_another(cases: Caseload) -> Case:
    """Another complaint goes on in it for a time, with the date of a platform."""
    case = await cases.open()
    due_at = await case.now() + 2 * DAY
    other = await cases.open(channel=Channel.PLATFORM, external_due_at=due_at)
    await case.wait(timedelta(hours=1))
    await other.send("merge_into", survivor=case.number)
    await other.send("undo_merge")
    await solved(case)
    await followed_up(case)
    return case


async def followed_up(case: Case) -> None:
    """Call a customer who is satisfied."""
    await case.stage(Stage.FOLLOWING_UP)
    await case.wait(DAY)
    await case.call_back()
    await case.stage(Stage.CLOSED)


LIVES: Mapping[str, Life] = {
    life.__name__: life
    for life in (
        withdrawn_with_a_step_open,
        refused_then_accepted,
        reopened,
        unreachable,
        dissatisfied_then_satisfied,
        refusals,
        checks,
        departments,
        approved_and_taken_back,
        system_of_no_help,
        continued,
        store_away,
        waited_for_and_promised,
        late_and_judged_anew,
        unjustified,
        exhausted,
        merged_and_on_its_own_again,
        gone_on_for_another,
    )
}
