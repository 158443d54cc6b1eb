"""Opening, listing, showing and moving cases from the command line."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.main import Exit
from schemas.case import Answer
from schemas.commands import BY_DOORS, COMMANDS, Actor
from schemas.evidence import Evidence
from schemas.money import Money
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Channel,
    CheckStatus,
    CommandStatus,
    Department,
    Language,
    NoticeLevel,
    Outcome,
    Purpose,
    RemedyKind,
    Role,
    Severity,
    Stage,
)
from starter.letters import Letter
from store.read_model import CaseFilter
from store.rows import CheckRow, NoticeRow
from tests.support.commands import (
    accept_option,
    answer_survey,
    callback,
    close_explained,
    complete_check,
    propose,
    refuse_proposal,
    request_check,
    resend,
    triage,
)
from tests.support.handling import (
    escalate,
    hold,
    link_duplicate,
    move_callback,
    promise,
    record_suggestion,
)
from tests.support.policies import days, hours
from tests.support.program import Program
from tests.support.story import START, Story

NEW = ["open", "--channel", "phone", "--content", "The charger is missing"]


def words_of(text: str) -> str:
    return " ".join(text.split())


def told_life() -> Story:
    """A case that was proposed twice, accepted, and closed satisfied."""
    story = Story(number=1).opened().triaged(triage())
    story.given(request_check(), complete_check(), propose(resend()), refuse_proposal())
    story.given(propose(resend()), accept_option(version=2))
    story.when(callback(CallbackResult.SATISFIED), after=hours(1))
    return story.when(answer_survey(), after=days(1))


# ---- Opening ------------------------------------------------------------------------------------


def test_opening_prints_the_number(program: Program) -> None:
    result = program.run(*NEW)
    assert result.exit_code == 0
    assert "Complaint 1 is open. See it: redress show 1" in result.stdout
    assert "Its source key was made up." in result.stderr


def test_a_source_key_makes_opening_again_harmless(program: Program) -> None:
    first = program.json(*NEW, "--source-key", "k-1")
    again = program.json(*NEW, "--source-key", "k-1")
    assert first == {
        "number": 1,
        "is_new": True,
        "received_at": "2026-03-10T12:00:00+00:00",
        "source": "cli",
        "source_key": "k-1",
    }
    assert again == first | {"is_new": False}
    shown = program.run(*NEW, "--source-key", "k-1")
    assert "This is complaint 1, known since 2026-03-10." in shown.stdout
    assert shown.stderr == ""


def test_another_complaint_under_a_known_key_is_a_conflict(program: Program) -> None:
    program.run(*NEW, "--source-key", "k-1")
    result = program.run("open", "--channel", "web", "--content", "y", "--source-key", "k-1")
    assert result.exit_code == Exit.CONFLICT
    assert "cli sent k-1 before with another body; it is complaint 1" in result.stderr


def test_every_field_can_be_given(program: Program) -> None:
    words = """
        --source shop --source-key k-9 --name Li --contact phone=13900000001
        --contact email=li@example.com --member-no M-1 --language en --time-zone Europe/Berlin
        --complainant Wang --demand resend --demand-text soon --category logistics
        --occurred-at 2026-03-01T09:30+08:00 --order SO-1 --product P-1 --batch B-1 --store s-1
        --carrier c-1 --recorded-by agent-7 --read-back --linked-to 3 --as system:shop
        --external 2026-03-20T18:00+08:00 --sale at=2026-03-09T10:00+08:00
        --sale remotely=yes --sale failed-repairs=2
    """.split()
    result = program.run(*NEW, *words, "--amount", "1,299.50 CNY")
    assert result.exit_code == 0, result.output
    opening = program.twin.memory.register[1].opening
    assert opening.actor == Actor(id="shop", role=Role.SYSTEM)
    assert opening.occurred_at == datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert opening.amount_involved == Money(minor=129950, currency="CNY")
    assert (opening.order, opening.product, opening.batch) == ("SO-1", "P-1", "B-1")
    assert (opening.store, opening.carrier, opening.recorded_by) == ("s-1", "c-1", "agent-7")
    assert (opening.read_back_confirmed, opening.linked_to) == (True, 3)
    assert opening.external_due_at == datetime(2026, 3, 20, 10, tzinfo=UTC)
    assert opening.sold_at == datetime(2026, 3, 9, 2, tzinfo=UTC)
    assert (opening.sold_remotely, opening.failed_repairs) == (True, 2)
    assert opening.demand is not None
    assert opening.demand.remedy is RemedyKind.RESEND
    assert opening.customer is not None
    assert opening.customer.language is Language.EN
    assert [contact.kind for contact in opening.customer.contacts] == [Channel.PHONE, Channel.EMAIL]


def test_the_rule_of_an_authority_sets_the_answer_date(program: Program) -> None:
    result = program.run(*NEW, "--external", "cn-consumer-hotline")
    assert result.exit_code == 0, result.output
    law = program.twin.memory.register[1].opening.law
    assert law is not None
    assert law.answer is not None
    # Received on Tuesday, 10 March; the seventh working day after it ends on Thursday.
    assert law.answer.due_at == datetime(2026, 3, 19, 16, tzinfo=UTC)


def test_the_page_tells_the_answer_date_and_the_rules_with_their_editions(
    program: Program,
) -> None:
    program.run(*NEW, "--external", "cn-courier", "--sale", "at=2026-03-09T10:00+08:00")
    opening = program.twin.memory.register[1].opening
    program.client.stories = {1: Story(number=1).opened(opening, received_at=None)}
    said = " ".join(program.run("show", "1", COLUMNS="300").stdout.split())
    assert "2026-03-17 16:00Z by cn-courier, edition 2019-03-02 (快递暂行条例, art. 28)" in said
    assert "cn-three-guarantees-7, edition 1995-08-25" in said
    assert "must offer refund, exchange, repair" in said
    assert "│ sold │ 2026-03-09 02:00Z │" in said


@pytest.mark.parametrize(
    ("received", "code", "said"),
    [
        ("2026-03-10", "cn-x", "There is no rule 'cn-x' by which an answer is due; write one"),
        ("2026-12-29", "cn-courier", "does not know the year 2027"),
    ],
)
def test_what_no_rule_can_date_is_refused_at_the_door(
    program: Program, received: str, code: str, said: str
) -> None:
    program.twin.now = datetime.fromisoformat(f"{received}T12:00:00Z")
    result = program.run(*NEW, "--external", code)
    assert result.exit_code == Exit.NOT_FOUND
    assert said in " ".join(result.stderr.split())
    assert program.twin.memory.register == {}


def test_a_date_and_a_rule_are_one_too_many(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "complaint.json"
    file.write_text(json.dumps({"external_rule": "cn-courier"}))
    result = program.run(*NEW, "--json", str(file), "--external", "2026-03-20T18:00+08:00")
    assert result.exit_code == Exit.USAGE
    assert "the answer date is given already" in result.stderr


def test_the_page_tells_the_date_that_a_body_has_set(program: Program) -> None:
    program.run(*NEW, "--external", "2026-03-20T18:00+08:00")
    opening = program.twin.memory.register[1].opening
    program.client.stories = {1: Story(number=1).opened(opening, received_at=None)}
    assert "2026-03-20 10:00Z, set by phone" in program.run("show", "1").stdout


def test_fields_can_be_read_from_json(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "complaint.json"
    fields = {
        "channel": "web",
        "content": "x",
        "source": "shop",
        "source_key": "k-1",
        "customer": {"name": "Li", "language": "en"},
    }
    file.write_text(json.dumps(fields))
    assert program.json("open", "--json", str(file))["source"] == "shop"
    again = program.json("open", "--json", "-", stdin=json.dumps(fields))
    assert again["is_new"] is False
    other = program.json(
        "open", "--json", str(file), "--source-key", "k-2", "--time-zone", "Asia/Tokyo"
    )
    assert other["source_key"] == "k-2"
    customer = program.twin.memory.register[2].opening.customer
    assert customer is not None
    assert (customer.language, customer.time_zone) == (Language.EN, "Asia/Tokyo")
    assert customer.name is not None


def test_the_text_can_be_read_from_the_input(program: Program) -> None:
    program.run("open", "--channel", "web", "--content", "-", stdin="a long story")
    program.client.stories = {1: Story(number=1).opened().triaged(triage())}
    assert "a long story" in program.run("show", "1", "--reveal").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--content", "x"], "channel: field required. Give --channel"),
        (["--channel", "web"], "content: field required. Give --content"),
        (["--channel", "web", "--content", " "], "content: the text is empty"),
        (["--channel", "web", "--content", "x", "--amount", "129"], "names no currency"),
        (["--channel", "web", "--content", "x", "--amount", "x CNY"], "is no number"),
        (["--channel", "web", "--content", "x", "--contact", "fax=1"], "no way to reach somebody"),
        ([*NEW[1:], "--external", "2028-03-20T18:00+08:00"], "more than 366 days ahead"),
        ([*NEW[1:], "--external", "2026-03-20"], "external_due_at: the time has no zone"),
        ([*NEW[1:], "--sale", "at=2026-03-20T18:00+08:00"], "sold_at: the time lies before 1990"),
        ([*NEW[1:], "--sale", "at=yesterday"], "Give --sale at=…, or see"),
        ([*NEW[1:], "--sale", "failed-repairs=-1"], "there are fewer than none"),
        ([*NEW[1:], "--sale", "price=3"], "the keys are at, remotely, failed-repairs"),
        ([*NEW[1:], "--sale", "at"], "this says nothing about a sale"),
        (["--channel", "web", "--content", "x", "--contact", "phone="], "no way to reach somebody"),
        (["--channel", "web", "--content", "x", "--order", "no 7"], "order: this is no code"),
        (["--channel", "web", "--content", "x", "--time-zone", "Mars"], "no such time zone"),
    ],
)
def test_a_complaint_that_cannot_be_taken_says_why(
    program: Program, words: list[str], said: str
) -> None:
    result = program.run("open", *words)
    assert result.exit_code == Exit.USAGE
    assert said in words_of(result.stderr)
    assert program.twin.memory.register == {}


# ---- Listing ------------------------------------------------------------------------------------


def test_cases_are_listed_with_their_next_deadline(program: Program) -> None:
    program.client.stories = {1: Story(number=1).opened().triaged(triage())}
    shown = program.run("list").stdout
    assert "missing_or_wrong_items" in shown
    assert "reply 2026-11-03 01:00Z" in shown


def test_an_overdue_case_stands_out(program: Program) -> None:
    program.client.stories = {1: Story(number=1).opened().triaged(triage()).wait(days(2))}
    assert "reply 2026-11-03 01:00Z OVERDUE" in program.run("list").stdout


def test_filters_reach_the_read_model(program: Program) -> None:
    words = """
        --stage closed --category safety --severity major --owner a-1 --store s-1 --channel web
        --outcome satisfied --overdue --completed --due-before 2026-03-01T09:30+08:00
        --order SO-9 --suggestions --limit 7 --after 3
    """.split()
    program.run("list", *words)
    [(where, limit, after)] = program.client.asked
    assert (limit, after) == (7, 3)
    assert where.stage is Stage.CLOSED
    assert where.severity is Severity.MAJOR
    assert (where.owner, where.store, where.overdue, where.completed) == ("a-1", "s-1", True, True)
    assert where.due_before == datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert (where.order, where.suggestions) == ("SO-9", True)
    program.run("list", "--on-time", "--running")
    assert program.client.asked[1][0] == CaseFilter(overdue=False, completed=False)


def test_a_full_page_says_how_to_turn_it(program: Program) -> None:
    program.client.stories = {1: Story(number=1).opened()}
    result = program.run("list", "--limit", "1")
    assert "There may be more: add --after 1" in result.stderr
    assert program.run("list").stderr == ""


def test_listed_data_hold_no_ciphertext(program: Program) -> None:
    program.client.stories = {1: told_life()}
    [case] = program.json("list")
    assert case["checks"][0]["question"] == {"sealed": "text"}
    assert "box" not in json.dumps(case)


# ---- Showing ------------------------------------------------------------------------------------


@pytest.fixture
def shown_case(program: Program) -> Program:
    """A complaint in the register, and the life that it had."""
    result = program.run(
        *NEW, "--name", "Li Lei", "--contact", "phone=13900000001", "--order", "SO-1",
        "--demand", "resend", "--demand-text", "please",
    )  # fmt: skip
    assert result.exit_code == 0
    program.client.stories = {1: told_life()}
    return program


def test_a_case_is_shown_whole(shown_case: Program) -> None:
    shown = words_of(shown_case.run("show", "1").stdout)
    for said in (
        "Complaint 1",
        "closed, satisfied.",
        "missing_or_wrong_items, moderate",
        "│ reply",
        "met",
        "│ warehouse │ completed │ packing_fault",
        "1. resend LID-1 (costs ¥5.00) │ refused",
        "1. resend LID-1 (costs ¥5.00) │ option 1 accepted",
        "resend LID-1 (costs ¥5.00) │ settled",
        "acknowledgement",
        "satisfied",
        "callback",
        "(for --expect-version)",
    ):
        assert said in shown, said


def test_what_was_held_promised_raised_and_linked_is_shown(shown_case: Program) -> None:
    story = Story(number=1).opened().triaged(triage())
    story.given(promise(START + days(1)), hold(START + days(2)), escalate(), link_duplicate())
    shown_case.client.stories = {1: story, 2: Story(number=2).opened()}
    shown = words_of(shown_case.run("show", "1").stdout)
    for said in (
        "on hold │ the customer is reminded 2026-11-04 01:00Z",
        "raised to │ supervisor, requested",
        "same matter │ 3",
        "same order │ 2",
        "│ 1 │ 2026-11-03 01:00Z │ agent-2 │ │ running",
        "keep_promise",
    ):
        assert said in shown, said
    assert shown_case.json("show", "1")["same_order"] == [2]


def test_the_appointment_and_suggestions_are_shown(shown_case: Program) -> None:
    story = Story(number=1).opened(order=None).triaged(triage()).given(close_explained())
    story.given(move_callback(START + days(3)), record_suggestion(), callback())
    shown_case.client.stories = {1: story, 2: Story(number=2).opened()}
    shown = words_of(shown_case.run("show", "1").stdout)
    for said in (
        "callback │ agreed for 2026-11-05 01:00Z",
        "│ 1 │ 2026-11-02 01:00Z │ customer │ <text is sealed>",
        "│ 1 │ 2026-11-05 01:00Z │ agent-2 │ callback │ met",
    ):
        assert said in shown, said
    assert "same order" not in shown


def test_personal_data_stay_sealed(shown_case: Program) -> None:
    shown = shown_case.run("show", "1").stdout
    assert "<content is sealed>" in shown
    assert "phone <contact is sealed>" in shown
    assert "Li Lei" not in shown
    document = shown_case.json("show", "1")
    assert document["complaint"]["content"] == {"sealed": "content"}
    assert document["case"]["outcome"] == "satisfied"
    assert shown_case.twin.memory.openings == {}


def test_revealing_opens_personal_data_and_records_who_did(
    shown_case: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "clerk-3")
    # The texts of this life were sealed nowhere.
    shown_case.client.stories = {1: Story(number=1).opened().triaged(triage())}
    shown = shown_case.run("show", "1", "--reveal").stdout
    assert "Li Lei, phone 13900000001" in shown
    assert "The charger is missing" in shown
    assert "resend please" in shown
    [openings] = shown_case.twin.memory.openings.values()
    [opening] = openings
    assert (opening.opened_by, opening.purpose) == ("clerk-3", "cli.show")
    assert set(opening.fields) == {"content", "name", "contact", "demand"}
    document = shown_case.json("show", "1", "--reveal")
    assert document["complaint"]["customer"]["name"] == "Li Lei"


def test_the_timeline_tells_what_happened(shown_case: Program) -> None:
    shown = shown_case.run("show", "1", "--timeline").stdout
    assert "check 1 asked of warehouse" in shown
    assert "option 1 of proposal 2 accepted" in shown
    assert "Timeline" not in shown_case.run("show", "1").stdout
    document = shown_case.json("show", "1", "--timeline")
    assert document["timeline"][0]["event"]["kind"] == "complaint_opened"


def test_an_anonymous_complaint_is_called_so(program: Program) -> None:
    program.run(*NEW)
    program.client.stories = {1: Story(number=1).opened()}
    assert "anonymous" in program.run("show", "1").stdout


def test_a_running_case_says_who_it_waits_for(program: Program) -> None:
    program.run(*NEW)
    story = Story(number=1, delivers=False).opened().triaged(triage())
    program.client.stories = {1: story.given(propose(resend()))}
    assert "on its way to the customer" in program.run("show", "1").stdout
    story = Story(number=1).opened().triaged(triage()).given(propose(resend()))
    program.client.stories = {1: story}
    shown = words_of(program.run("show", "1").stdout)
    assert "with the customer since 2026-11-02 01:00Z" in shown
    assert "customer │ since 2026-11-02 01:00Z" in shown


def test_a_check_shows_what_the_departments_own_system_said(program: Program) -> None:
    program.run(*NEW)
    for evidence, said in (
        (Evidence(system="warehouse", unavailable="rubbish"), "│ open │ │ no answer: rubbish"),
        (Evidence(system="warehouse", reference="PX-1"), "│ open │ │ PX-1"),
        (Evidence(system="warehouse"), "│ open │ │ answered"),
    ):
        story = Story(number=1, finds=evidence).opened().triaged(triage())
        program.client.stories = {1: story.given(request_check())}
        assert said in words_of(program.run("show", "1").stdout)
        [check] = program.json("show", "1")["case"]["checks"]
        assert check["evidence"][0]["unavailable"] == evidence.unavailable


def test_an_unknown_number_is_not_found(program: Program) -> None:
    result = program.run("show", "9")
    assert result.exit_code == Exit.NOT_FOUND
    assert "There is no complaint 9" in result.stderr


def test_a_complaint_that_is_not_started_yet_is_told_from_an_unknown_one(program: Program) -> None:
    program.run(*NEW)
    result = program.run("show", "1")
    assert result.exit_code == Exit.NOT_READY
    assert "Complaint 1 is accepted, and its case waits to be started" in result.stderr


# ---- The inbox ----------------------------------------------------------------------------------


def test_an_inbox_lists_its_checks(program: Program) -> None:
    asked = datetime(2026, 3, 1, 9, tzinfo=UTC)
    program.client.checks = [
        CheckRow(7, 1, Department.WAREHOUSE, CheckStatus.OPEN, True, asked, asked + days(1), None),
        CheckRow(
            8, 2, Department.WAREHOUSE, CheckStatus.CLAIMED, False, asked, None, "wh-3", "timeout"
        ),
        CheckRow(9, 1, Department.LEGAL, CheckStatus.OPEN, True, asked, None, None),
    ]
    shown = words_of(program.run("inbox", "warehouse").stdout)
    assert "7 │ 1 │ open │ required │ 2026-03-02 09:00Z" in shown
    assert "8 │ 2 │ claimed │ optional │ │ wh-3 │ no answer: timeout" in shown
    assert "9 │" not in shown
    [legal] = program.json("inbox", "legal")
    assert legal["number"] == 9
    assert legal["requested_at"] == "2026-03-01T09:00:00+00:00"
    assert "Nothing waits for quality." in program.run("inbox", "quality").stderr


# ---- What people were told ----------------------------------------------------------------------


def test_letters_are_collected_under_a_name(program: Program) -> None:
    program.client.written = [Letter(Purpose.ACKNOWLEDGEMENT, "Your complaint 7\n\nWe have [it].")]
    shown = program.run("collect", "7", "--as", "customer:c-1").stdout
    assert "acknowledgement" in shown
    assert "We have [it]." in shown
    assert program.client.collected_by == [Actor(id="c-1", role=Role.CUSTOMER)]
    assert program.json("collect", "7") == [
        {"purpose": "acknowledgement", "text": "Your complaint 7\n\nWe have [it]."}
    ]


def test_a_complaint_about_which_nothing_was_written(program: Program) -> None:
    assert "Nothing was written yet about complaint 7." in program.run("collect", "7").stderr


def test_notices_are_listed_for_whom_they_were(program: Program) -> None:
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    program.client.told = [
        NoticeRow(7, 3, "reply", NoticeLevel.OVERDUE, "agent-1", at, 90),
        NoticeRow(8, 3, "reply", NoticeLevel.WARNING, "agent-2", at, 0),
    ]
    shown = words_of(program.run("notices", "agent-1").stdout)
    assert "7 │ reply │ overdue │ 2026-03-01 09:00 │ 90 s" in shown
    assert "8 │" not in shown
    [notice] = program.json("notices", "agent-2")
    assert (notice["number"], notice["nominal_at"]) == (8, "2026-03-01T09:00:00+00:00")
    assert "agent-3 was told nothing yet." in program.run("notices", "agent-3").stderr


# ---- Sending ------------------------------------------------------------------------------------


def test_an_accepted_command_says_what_it_did(program: Program) -> None:
    result = program.run(
        "send", "7", "request_check", "department=warehouse", "question=Was [it] packed = well?",
        "--as", "agent:a-1", "--command-id", "c-1", "--expect-version", "3",
    )  # fmt: skip
    assert result.exit_code == 0
    assert words_of(result.stdout) == (
        "request_check is accepted; complaint 7 is investigating, it made number 1, the next"
        " deadline is 2026-11-03 01:00Z."
    )
    [(way, number, name, by, fields)] = program.client.sent
    assert (way, number, name) == ("update", 7, "request_check")
    assert by.actor == Actor(id="a-1", role=Role.AGENT)
    assert (by.command_id, by.expected_version) == ("c-1", 3)
    assert fields == {"department": "warehouse", "question": "Was [it] packed = well?"}


def test_a_refused_command_says_why_and_fails(program: Program) -> None:
    program.client.refuses = RefusalCode.CASE_CLOSED
    result = program.run("send", "7", "reply", "text=hello")
    assert result.exit_code == Exit.CONFLICT
    assert result.stdout == ""
    assert "reply is refused (case_closed): The case is closed; reopen it" in result.stderr
    as_json = program.run("send", "7", "reply", "text=hello", "-o", "json")
    assert as_json.exit_code == Exit.CONFLICT
    assert json.loads(as_json.stdout)["code"] == "case_closed"


def test_an_answer_may_be_short(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    async def send(*_: object, **__: object) -> Answer:
        return Answer(
            status=CommandStatus.ACCEPTED,
            number=7,
            version=2,
            stage=Stage.CLOSED,
            outcome=Outcome.WITHDRAWN,
        )

    monkeypatch.setattr(program.client, "send", send)
    shown = words_of(program.run("send", "7", "withdraw").stdout)
    assert shown == "withdraw is accepted; complaint 7 is closed, outcome withdrawn."


def test_an_answer_is_data(program: Program) -> None:
    answer = program.json("send", "7", "reply", "text=hello")
    assert (answer["status"], answer["stage"], answer["created"]) == (
        "accepted",
        "investigating",
        1,
    )


def test_fields_may_be_json_and_come_from_files(program: Program, tmp_path: Path) -> None:
    option = '[{"steps": [{"kind": "apology"}]}]'
    program.run("send", "7", "propose", f"options={option}", "text=-", stdin="We are sorry.")
    file = tmp_path / "fields.json"
    file.write_text(f'{{"options": {option}, "text": "from the file"}}')
    program.run("send", "7", "propose", "--json", str(file), "text=[not json]")
    first, second = (fields for *_, fields in program.client.sent)
    assert first == {"options": [{"steps": [{"kind": "apology"}]}], "text": "We are sorry."}
    assert second["text"] == "[not json]"


def test_a_signal_is_sent_without_waiting_for_an_answer(program: Program) -> None:
    result = program.run(
        "send", "7", "complete_check", "check=1", "finding=confirmed", "--signal",
        "--as", "department:warehouse:wh-3",
    )  # fmt: skip
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "complete_check is on its way to complaint 7" in result.stderr
    [(way, _, _, by, _)] = program.client.sent
    assert (way, by.actor.department) == ("signal", Department.WAREHOUSE)
    sent = program.json("send", "7", "withdraw", "--signal", "--as", "customer:c-1")
    assert sent == {"number": 7, "command": "withdraw", "sent": True}


def test_a_command_is_explained_with_its_values_and_an_example(program: Program) -> None:
    result = program.run("send", "--explain", "propose")
    assert "options[].steps[].amount.minor" in result.stdout
    assert "partial_refund" in result.stdout
    example = result.stderr.partition("Example: redress ")[2].strip()
    assert program.run(*shlex.split(example.replace("17", "7"))).exit_code == 0
    assert program.client.sent[0][2] == "propose"
    assert program.run("send", "--explain", "nothing").exit_code == Exit.USAGE


@pytest.mark.parametrize("command", BY_DOORS)
def test_what_doors_tell_two_cases_by_themselves_is_no_command_here(
    program: Program, command: str
) -> None:
    assert program.run("send", "7", command, "of=3").exit_code == Exit.USAGE
    assert command not in program.run("send", "--list").stdout


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in BY_DOORS])
def test_every_command_has_an_example_that_can_be_sent(program: Program, command: str) -> None:
    told = program.run("send", "--explain", command).stderr.partition("Example: redress ")[2]
    sent = program.run(*shlex.split(told.replace("17", "7")))
    assert sent.exit_code == 0, sent.stderr
    explained = program.json("send", "--explain", command)
    assert explained["command"] == command
