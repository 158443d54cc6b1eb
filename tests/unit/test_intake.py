"""Rules 3, 4 and 19: a complaint is taken in, judged, and only then acknowledged."""

from __future__ import annotations

import pytest

from schemas.effects import DeliverMessage
from schemas.events import (
    CaseTriaged,
    ClockStarted,
    ComplaintOpened,
    CycleStarted,
    InformationAdded,
    MessageReleased,
    NothingChanged,
    OwnerAssigned,
)
from schemas.sealed import Attachment
from schemas.vocabulary import Category, CycleCause, Purpose, Severity, Stage
from tests.support.actors import AGENT, CUSTOMER, SHOP
from tests.support.commands import add_information, opening, reopen, sealed, triage, withdraw
from tests.support.expectations import accepted, due, happened, never, sent, stage
from tests.support.policies import days, hours, policy
from tests.support.reports import judged
from tests.support.story import START, Story


def acknowledgement(story: Story) -> DeliverMessage:
    return next(
        effect
        for effect in story.effects
        if isinstance(effect, DeliverMessage) and effect.purpose is Purpose.ACKNOWLEDGEMENT
    )


# ---- Opening ------------------------------------------------------------------------------------


def test_opening_begins_the_first_cycle() -> None:
    story = (
        Story()
        .opened()
        .then(
            accepted(),
            happened(ComplaintOpened, complaint_id="cid"),
            happened(CycleStarted, cycle=1, cause=CycleCause.OPENED, started_at=START),
            happened(ClockStarted, times=2),
            stage(Stage.RECEIVED),
            sent(),
        )
    )
    assert story.events[0].kind == "complaint_opened"


@pytest.mark.parametrize(("number", "owner"), [(3, "agent-1"), (7, "agent-2"), (11, "agent-3")])
def test_the_rota_names_the_owner_by_register_number(number: int, owner: str) -> None:
    Story(number=number).opened().then(happened(OwnerAssigned, owner=owner))


def test_the_complaint_is_kept_as_received() -> None:
    complaint = opening(occurred_at=START - days(3), store="S-1", read_back_confirmed=True)
    story = Story().opened(complaint)
    assert story.state.opening.store == "S-1"
    assert story.state.opening.occurred_at == START - days(3)


def test_clocks_start_at_receipt_however_late_it_is_handled() -> None:
    story = Story().sleep(hours(30)).opened(received_at=START)
    story.then(due("reply", START + hours(24)))
    assert story.state.ledger[0].since == START
    assert story.journal[0].occurred_at == START
    assert story.journal[0].recorded_at == START + hours(30)


def test_a_complaint_from_the_future_is_received_now() -> None:
    story = Story().opened(received_at=START + days(900)).then(due("reply", START + hours(24)))
    assert story.state.cycle.started_at == START


def test_a_complaint_without_a_stamp_is_received_when_it_is_handled() -> None:
    story = Story()
    complaint = opening(command_id="open")
    story.opened(complaint).then(due("reply", START + hours(24)))


@pytest.mark.parametrize("by", [SHOP, AGENT, CUSTOMER], ids=lambda by: by.role)
def test_only_commands_of_people_make_a_new_version(by: object) -> None:
    story = Story().opened(actor=by)
    assert story.state.version == (0 if by is SHOP else 1)


def test_the_same_opening_again_gets_the_first_answer() -> None:
    story = Story().opened()
    first = story.answer
    again = story.state.opening.model_copy(update={"content": sealed("a part is missing", again=1)})
    story.when(again, after=hours(1))
    assert story.answer == first
    assert story.events == []


# ---- Triage (H20) -------------------------------------------------------------------------------


def test_triage_judges_category_and_severity() -> None:
    story = Story().opened().triaged(triage(Category.LOGISTICS, Severity.MAJOR))
    story.then(happened(CaseTriaged, category=Category.LOGISTICS, severity=Severity.MAJOR))
    assert (story.state.category, story.state.severity) == (Category.LOGISTICS, Severity.MAJOR)


def test_an_uncertain_category_is_left_to_the_owner() -> None:
    story = Story().opened().triaged(triage(Category.LOGISTICS, Severity.MAJOR, certain=False))
    assert (story.state.category, story.state.severity) == (Category.OTHER, Severity.MAJOR)


def test_a_category_that_the_sender_gave_stands() -> None:
    story = Story().opened(category=Category.SAFETY).triaged(triage(Category.LOGISTICS))
    assert story.state.category is Category.SAFETY


def test_a_second_triage_changes_nothing() -> None:
    story = Story().opened().triaged().when(judged(triage(Category.SAFETY)))
    story.then(happened(NothingChanged, command="record_triage"), never(CaseTriaged), sent())


def test_triage_after_the_end_of_the_run_changes_nothing() -> None:
    story = Story().opened().given(withdraw()).wait(days(31)).when(judged(triage()))
    story.then(happened(NothingChanged, command="record_triage"), never(CaseTriaged))


# ---- Acknowledgement (rule 4, H3) ---------------------------------------------------------------


def test_nothing_is_acknowledged_before_triage() -> None:
    Story().opened().wait(hours(5)).then(never(MessageReleased))


def test_the_acknowledgement_goes_out_with_triage() -> None:
    Story().opened().triaged().then(sent(Purpose.ACKNOWLEDGEMENT))


def test_the_acknowledgement_names_the_moments_that_the_clocks_use() -> None:
    story = Story().opened().triaged(triage(severity=Severity.CRITICAL))
    message = acknowledgement(story)
    assert message.number == 7
    assert message.reply_due_at == story.clock("reply").due_at == START + hours(12)
    assert message.solution_due_at == story.clock("solution").due_at == START + hours(24)


def test_a_case_that_was_withdrawn_before_triage_is_not_acknowledged() -> None:
    Story().opened().given(withdraw()).triaged().then(happened(CaseTriaged), sent())


def test_a_reopened_case_is_not_acknowledged_again() -> None:
    Story().opened().triaged().given(withdraw(), reopen()).then(sent())


# ---- More information ---------------------------------------------------------------------------


def test_information_is_kept_and_changes_nothing_else() -> None:
    paper = Attachment(id="A-1", sha256="0" * 64, size=5)
    command = add_information().model_copy(update={"attachments": (paper,)})
    story = Story().opened().triaged()
    before = story.state.clocks
    story.when(command).then(
        accepted(), happened(InformationAdded, text=sealed("more"), attachments=(paper,))
    )
    assert story.state.clocks == before


def test_every_case_runs_under_the_policy_of_its_start() -> None:
    story = Story(rules=policy(remedy=hours(3))).opened()
    assert story.state.cycle.policy_version == story.state.policy_version
    assert story.state.policy_version != Story().opened().state.policy_version
