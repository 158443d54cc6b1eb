"""Rule 20 with live cases: a door merges two complaints, forwards what is said, and undoes it."""

from __future__ import annotations

import pytest

from schemas.events import DuplicateAdopted, DuplicateReleased, InformationAdded
from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.vocabulary import CommandStatus, Outcome, Purpose, Stage
from starter.composing import By
from starter.errors import InputRejected, LinkedComplaintUnknown
from tests.support.actors import AGENT, CUSTOMER
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.commands import MANUAL
from tests.support.eventually import eventually
from tests.support.policies import hours

pytestmark = pytest.mark.server

UNKNOWN_NUMBER = 999_999_999
MANUAL_ONLY = Option(steps=(MANUAL,))


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
    letters = await other.client.letters(other.number, by=AGENT)
    assert any(str(kept.number) in letter.body for letter in letters)


async def test_the_same_merge_again_gets_the_first_answer_and_changes_nothing(
    served: Caseload,
) -> None:
    kept, other = await two(served)
    by = By(AGENT, "merge-1")
    first = await other.client.merge_into(other.number, kept.number, by=by)
    assert await other.client.merge_into(other.number, kept.number, by=by) == first
    assert await count(kept, DuplicateAdopted) == 1


async def test_a_merge_that_broke_off_is_completed_by_sending_it_again(served: Caseload) -> None:
    """Nobody loses anything meanwhile: the survivor has it already, and the other still goes on."""
    kept, other = await two(served)
    view = await other.view()
    composer = served.house.door()._parts.composer
    fields = {"of": other.number, "contacted_at": view.received_at}
    half = await composer.compose(kept.number, "adopt_duplicate", By(AGENT), fields)
    await served.house.door()._parts.sending.update(kept.number, half)
    assert (await other.view()).stage is Stage.RECEIVED
    await other.send("merge_into", By(AGENT, "merge-1"), survivor=kept.number)
    assert [each.number for each in (await kept.view()).adopted] == [other.number]


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
    answer = await kept.client.merge_into(kept.number, other.number, by=AGENT)
    assert (answer.code, answer.number) == (RefusalCode.CASE_MERGED, other.number)
    assert (await kept.view()).stage is Stage.RECEIVED
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


async def test_what_cannot_end_is_refused_before_anybody_else_hears_of_it(
    served: Caseload,
) -> None:
    kept, other = await two(served)
    await other.propose(MANUAL_ONLY)
    await other.refused(RefusalCode.MERGE_TOO_LATE, "merge_into", survivor=kept.number)
    assert await count(kept, DuplicateAdopted) == 0


async def test_the_survivor_lets_go_of_what_was_refused_after_all(served: Caseload) -> None:
    """The case in which others go on is the later one's survivor, and cannot go on in it."""
    first, second = await two(served)
    third = await served.open()
    await second.send("merge_into", survivor=first.number)
    await first.refused(RefusalCode.MERGE_CIRCULAR, "merge_into", survivor=third.number)
    assert (await third.view()).adopted == ()
    assert await count(third, DuplicateReleased) == 1


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
