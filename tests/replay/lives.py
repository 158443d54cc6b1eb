"""The lives that are recorded as golden histories, beside the cases of the demonstration.

Together they take every turn that a case can take today. A new turn gets a life of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.vocabulary import CallbackResult, RefusalReason, ReturnReason, Stage
from tests.support.actors import AGENT, CUSTOMER, WAREHOUSE
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.commands import coupon, repair
from tests.support.eventually import eventually
from tests.support.wire import body, payload, raw_signal

Life = Callable[[Caseload], Awaitable[Case]]

EVENTS = 30
"""A run that is bounded to so many events is continued more than once in a short life."""

DAY = timedelta(days=1)
ANOTHER_DAY_AND_HOUR = timedelta(hours=25)


async def withdrawn_with_a_step_open(cases: Caseload) -> Case:
    """The repair is under way when the customer withdraws; it is finished, then the case ends."""
    case = await cases.open()
    await case.propose(Option(steps=(repair(),)))
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
    await case.stage(Stage.REMEDYING)
    await case.send("settle_step", version=2, step=1, reference="CPN-1")
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
    await case.propose(Option(steps=(repair(),)))
    await cases.house.postgres.stop()
    await case.accept()
    await case.send("settle_step", version=1, step=1, reference="REP-1")
    await cases.house.postgres.start()
    await case.journal()
    await followed_up(case)
    return case


async def solved(case: Case) -> None:
    """Answer, offer and send again, until only the follow-up is left."""
    await case.reply()
    await case.propose()
    await case.accept()
    await case.stage(Stage.FOLLOWING_UP)


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
        continued,
        store_away,
    )
}
