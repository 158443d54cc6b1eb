"""Rule 20 with live cases: a door merges two complaints, forwards what is said, and undoes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import pytest

from schemas.case import Answer
from schemas.commands import NAMES, Actor, Command
from schemas.events import DuplicateAdopted, DuplicateReleased, InformationAdded
from schemas.refusals import RefusalCode
from schemas.views import CaseView
from schemas.vocabulary import CommandStatus, Outcome, Purpose, Role, Stage
from starter.client import ComplaintClient
from starter.complaint import PlainCustomer
from starter.composing import By
from starter.errors import InputRejected, LinkedComplaintUnknown, OutcomeUnknown
from starter.merging import Merging
from starter.sending import Sending
from tests.support.actors import AGENT, CUSTOMER
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.eventually import eventually
from tests.support.policies import hours

pytestmark = pytest.mark.server

UNKNOWN_NUMBER = 999_999_999


async def two(cases: Caseload) -> tuple[Case, Case]:
    """Return two complaints about the same matter, the earlier one first."""
    first = await cases.open()
    return first, await cases.open()


async def count(case: Case, kind: type[object]) -> int:
    return sum(isinstance(envelope.event, kind) for envelope in await case.journal())


async def test_a_merge_keeps_both_journals_the_earliest_receipt_and_the_stricter_clocks(
    served: Caseload,
) -> None:
    kept, other = await two(served)
    await kept.wait(hours(1))
    owed = (await other.clock("solution")).due_at
    seq = (await other.view()).seq
    answer = await other.client.merge_into(other.number, kept.number, by=AGENT)
    assert (answer.status, answer.number) == (CommandStatus.ACCEPTED, other.number)
    assert (answer.outcome, answer.survivor) == (Outcome.MERGED, kept.number)
    ended = await other.stage(Stage.CLOSED)
    assert ended.merged_into == kept.number
    assert [m.purpose for m in ended.messages][-1] is Purpose.MERGED
    assert ended.seq > seq
    view = await kept.view()
    assert [each.number for each in view.adopted] == [other.number]
    assert view.received_at == min(view.cycles[0].started_at, ended.received_at)
    assert (await kept.clock("solution")).due_at <= owed
    await other.rest()
    told = (await other.client.letters(other.number, by=AGENT))[-1]
    assert told.purpose is Purpose.MERGED
    assert f"{kept.number}" in told.text


async def test_the_same_merge_again_gets_the_first_answer_and_changes_nothing(
    served: Caseload,
) -> None:
    kept, other = await two(served)
    by = By(AGENT, "merge-1")
    first = await other.client.merge_into(other.number, kept.number, by=by)
    assert await other.client.merge_into(other.number, kept.number, by=by) == first
    assert await count(kept, DuplicateAdopted) == 1


@dataclass
class Breaking:
    """Sends what it is given, but breaks off at a command of this name."""

    sending: Sending
    name: str

    async def update(self, number: int, command: Command) -> Answer:
        if NAMES[type(command)] == self.name:
            raise OutcomeUnknown(self.name, number, command.command_id)
        return await self.sending.update(number, command)


@pytest.mark.parametrize(("at", "adopted"), [("adopt_duplicate", 0), ("merge_into", 1)])
async def test_a_merge_that_broke_off_is_completed_by_sending_it_again(
    served: Caseload, at: str, adopted: int
) -> None:
    """Nobody loses anything meanwhile: the other case goes on, and the survivor may have it."""
    kept, other = await two(served)
    parts = other.client._parts
    broken = ComplaintClient(replace(parts, sending=cast("Sending", Breaking(parts.sending, at))))
    with pytest.raises(OutcomeUnknown) as unknown:
        await broken.merge_into(other.number, kept.number, by=By(AGENT, "merge-1"))
    assert (unknown.value.name, unknown.value.number) == ("merge_into", other.number)
    assert unknown.value.command_id == "merge-1"
    assert (await other.view()).stage is Stage.RECEIVED
    assert len((await kept.view()).adopted) == adopted
    await other.send("merge_into", By(AGENT, "merge-1"), survivor=kept.number)
    assert [each.number for each in (await kept.view()).adopted] == [other.number]


async def test_an_undoing_that_broke_off_is_completed_by_sending_it_again(
    served: Caseload,
) -> None:
    kept, other = await two(served)
    await other.send("merge_into", survivor=kept.number)
    parts = other.client._parts
    sending = cast("Sending", Breaking(parts.sending, "release_duplicate"))
    with pytest.raises(OutcomeUnknown, match="undo_merge"):
        await ComplaintClient(replace(parts, sending=sending)).undo_merge(
            other.number, by=By(AGENT, "undo-1")
        )
    assert len((await kept.view()).adopted) == 1
    await other.send("undo_merge", By(AGENT, "undo-1"))
    assert (await kept.view()).adopted == ()


async def test_the_survivor_lets_go_of_what_was_offered_something_meanwhile(
    served: Caseload,
) -> None:
    kept, other = await two(served)
    seen = await other.view()
    await other.propose()

    async def look(_number: int) -> CaseView:
        return seen

    parts = other.client._parts
    merging = Merging(parts.composer, parts.sending, look)
    answer = await merging.merge(other.number, By(AGENT), {"survivor": kept.number})
    assert (answer.code, answer.number) == (RefusalCode.MERGE_TOO_LATE, other.number)
    assert (await kept.view()).adopted == ()
    assert await count(kept, DuplicateReleased) == 1


async def test_what_is_said_about_a_merged_complaint_reaches_the_survivor(served: Caseload) -> None:
    kept, other = await two(served)
    await other.send("merge_into", survivor=kept.number)
    by = By(CUSTOMER, "said-1", expected_version=0)
    answer = await other.client.add_information(other.number, "The lid is blue.", by=by)
    assert (answer.status, answer.number) == (CommandStatus.ACCEPTED, kept.number)
    again = await other.client.add_information(other.number, "The lid is blue.", by=by)
    assert again == answer
    assert await count(kept, InformationAdded) == 1
    await other.refused(RefusalCode.CASE_MERGED, "reopen", CUSTOMER)


async def test_a_signal_about_a_merged_complaint_reaches_the_survivor(served: Caseload) -> None:
    kept, other = await two(served)
    await other.send("merge_into", survivor=kept.number)
    await eventually(lambda: other.client.case(other.number), lambda view: view.merged_into)
    await other.signal("add_information", CUSTOMER, text="The lid is blue.")
    await eventually(lambda: count(kept, InformationAdded), lambda found: found == 1)


async def test_what_another_customer_says_is_heard_in_the_name_of_the_merged_complaint(
    served: Caseload,
) -> None:
    """Whoever is the customer of one of the two complaints cannot answer for the other's."""
    kept = await served.open(customer=PlainCustomer(ref="ada"))
    other = await served.open(customer=PlainCustomer(ref="bob"))
    bob, eve = (Actor(id=each, role=Role.CUSTOMER) for each in ("bob", "eve"))
    await other.send("merge_into", survivor=kept.number)
    await eventually(lambda: other.client.case(other.number), lambda view: view.merged_into)
    answer = await other.client.add_information(other.number, "It is blue.", by=bob)
    assert (answer.status, answer.number) == (CommandStatus.ACCEPTED, kept.number)
    await other.signal("add_information", bob, text="It is really blue.")
    await eventually(lambda: count(kept, InformationAdded), lambda found: found == 2)
    said = [e.cause.actor for e in await kept.journal() if isinstance(e.event, InformationAdded)]
    assert set(said) == {Actor(id=f"complaint-{other.number}", role=Role.SYSTEM)}
    await other.refused(RefusalCode.NOT_YOUR_CASE, "add_information", eve, text="It is red.")
    await other.signal("add_information", eve, text="It is red.")
    await other.finish()
    await other.refused(RefusalCode.RUN_COMPLETED, "add_information", eve, text="It is red.")
    assert await count(kept, InformationAdded) == 2


async def test_it_goes_on_wherever_the_survivor_goes_on(served: Caseload) -> None:
    first, second = await two(served)
    third = await served.open()
    await third.send("merge_into", survivor=second.number)
    await second.send("merge_into", survivor=first.number)
    answer = await third.client.add_information(third.number, "The lid is blue.", by=CUSTOMER)
    assert (answer.status, answer.number) == (CommandStatus.ACCEPTED, first.number)


async def test_after_its_windows_a_merged_complaint_still_leads_to_the_survivor(
    served: Caseload,
) -> None:
    kept, other = await two(served)
    await other.send("merge_into", survivor=kept.number)
    await other.finish()
    answer = await other.client.add_information(other.number, "The lid is blue.", by=CUSTOMER)
    assert (answer.status, answer.number) == (CommandStatus.ACCEPTED, kept.number)
    late = await other.refused(RefusalCode.RUN_COMPLETED, "reopen", CUSTOMER)
    assert late.survivor == kept.number


async def test_no_two_complaints_go_on_in_each_other(served: Caseload) -> None:
    kept, other = await two(served)
    await other.send("merge_into", survivor=kept.number)
    await kept.refused(RefusalCode.MERGE_CIRCULAR, "merge_into", survivor=other.number)
    third = await served.open()
    answer = await third.client.merge_into(third.number, other.number, by=AGENT)
    assert (answer.code, answer.number) == (RefusalCode.CASE_MERGED, other.number)
    assert answer.survivor == kept.number
    assert {(await case.view()).stage for case in (kept, third)} == {Stage.RECEIVED}
    await kept.refused(RefusalCode.LINK_INVALID, "merge_into", survivor=kept.number)
    await kept.refused(RefusalCode.LINK_INVALID, "merge_into", survivor=0)
    with pytest.raises(LinkedComplaintUnknown):
        await kept.client.merge_into(kept.number, UNKNOWN_NUMBER, by=AGENT)


async def test_a_survivor_that_is_closed_takes_nothing_in(served: Caseload) -> None:
    kept, other = await two(served)
    await kept.withdraw()
    answer = await other.client.merge_into(other.number, kept.number, by=AGENT)
    assert (answer.code, answer.number) == (RefusalCode.CASE_CLOSED, kept.number)
    assert (await other.view()).stage is Stage.RECEIVED


async def test_what_is_refused_changes_nothing_in_the_other_case(served: Caseload) -> None:
    kept, other = await two(served)
    stale = By(AGENT, expected_version=99)
    await other.refused(RefusalCode.STALE_VERSION, "merge_into", stale, survivor=kept.number)
    third = await served.open()
    await third.send("merge_into", survivor=other.number)
    later = await served.open()
    await other.refused(RefusalCode.MERGE_CIRCULAR, "merge_into", survivor=later.number)
    await later.propose()
    await later.refused(RefusalCode.MERGE_TOO_LATE, "merge_into", survivor=kept.number)
    assert await count(kept, DuplicateAdopted) == await count(later, DuplicateAdopted) == 0


async def test_undone_each_goes_on_by_itself_again(served: Caseload) -> None:
    kept, other = await two(served)
    due_at = (await other.clock("solution")).due_at
    await other.send("merge_into", survivor=kept.number)
    by = By(AGENT, "undo-1")
    answer = await other.client.undo_merge(other.number, by=by)
    assert (answer.status, answer.stage) == (CommandStatus.ACCEPTED, Stage.INVESTIGATING)
    assert (await other.clock("solution")).due_at == due_at
    assert (await kept.view()).adopted == ()
    assert await other.client.undo_merge(other.number, by=by) == answer
    said = await other.client.add_information(other.number, "The lid is blue.", by=CUSTOMER)
    assert said.number == other.number
    await other.refused(RefusalCode.CASE_NOT_MERGED, "undo_merge")


async def test_nobody_but_a_door_says_that_another_complaint_goes_on_here(
    served: Caseload,
) -> None:
    case = await served.open()
    for name in ("adopt_duplicate", "release_duplicate"):
        with pytest.raises(InputRejected):
            await case.client.send(case.number, name, AGENT, of=1)
