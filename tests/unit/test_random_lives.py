"""Whatever anybody sends at whatever moment, a case answers, holds its invariants and goes on.

REDRESS_LIVES is how many random lives are told; `make histories` tells ten thousand.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, event, find, given, settings
from hypothesis import strategies as st

from domain.carry_out import refuse_unread
from schemas.commands import COMMANDS as WIRE_NAMES
from schemas.commands import INTERNAL, Actor, Command, OpenComplaint
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    Effect,
    EnterPayment,
    GatherEvidence,
    ReverseStep,
    TriageComplaint,
)
from schemas.evidence import Evidence
from schemas.offer import Option, RemedyStep
from schemas.policy import Policy
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Department,
    Finding,
    RemedyKind,
    Role,
    Severity,
    UnmetReason,
)
from tests.support import reports
from tests.support.actors import AGENT, CUSTOMER, EVERYBODY
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    add_information,
    answer_survey,
    approve_proposal,
    ask_extension,
    assign_owner,
    callback,
    claim_check,
    close_explained,
    compensate_step,
    complete_check,
    complete_task,
    confirm_acceptance,
    correct_finding,
    counter_demand,
    coupon,
    decline_extension,
    decline_proposal,
    fail_step,
    grant_extension,
    hand_over_check,
    proceed_without_check,
    propose,
    record_note,
    refund,
    refuse_proposal,
    reopen,
    repair,
    reply,
    request_check,
    resend,
    return_check,
    settle_step,
    triage,
    withdraw,
    withdraw_check,
)
from tests.support.fitting import ABOUT_CHECKS, fitted
from tests.support.handling import (
    close_unjustified,
    escalate,
    hold,
    link_duplicate,
    migrate_policy,
    move_callback,
    promise,
    reclassify,
    record_suggestion,
    resume,
    set_severity,
    sign_off,
)
from tests.support.keys import trust_keys
from tests.support.merges import adopt_duplicate, merge_into, release_duplicate, undo_merge
from tests.support.policies import attentive, days, hours, policy, yuan
from tests.support.story import START, Story
from tests.support.worlds import BRISK, laddered, nightly, openings
from workflows.inputs import Carried

LIVES = int(os.environ.get("REDRESS_LIVES", "100"))

numbers = st.integers(min_value=-1, max_value=4)
versions = st.integers(min_value=0, max_value=4)
spans = st.one_of(
    st.just(timedelta()),
    st.timedeltas(timedelta(), hours(3)),
    st.timedeltas(timedelta(), days(8)),
    st.sampled_from([hours(24), hours(48), hours(72), days(7), days(14), days(30)]),
)
EXCHANGE = RemedyStep(kind=RemedyKind.EXCHANGE, cost=yuan(50))
STEPS = [resend(), MANUAL, coupon(), APOLOGY, coupon(150), resend(item=None), refund(), coupon(300)]
steps = st.sampled_from([*STEPS, repair(), EXCHANGE])
options = st.builds(Option, steps=st.lists(steps, min_size=1, max_size=3).map(tuple))

moments = st.timedeltas(days(-1), days(12)).map(lambda span: START + span)

DEPARTMENTS = [Actor(id=f"{each}-1", role=Role.DEPARTMENT, department=each) for each in Department]

COMMANDS: list[st.SearchStrategy[Command]] = [
    st.just(add_information()),
    st.builds(assign_owner, st.sampled_from(["agent-1", "agent-9"])),
    st.just(reply()),
    st.just(record_note()),
    st.builds(request_check, st.sampled_from(Department), required=st.booleans()),
    st.builds(claim_check, numbers),
    st.builds(complete_check, numbers, st.sampled_from(Finding), st.sampled_from(DEPARTMENTS)),
    st.builds(return_check, numbers),
    st.builds(withdraw_check, numbers),
    st.builds(proceed_without_check, numbers),
    st.builds(correct_finding, numbers, st.sampled_from(Finding)),
    st.builds(ask_extension, moments, numbers),
    st.builds(grant_extension, moments, numbers),
    st.builds(decline_extension, numbers),
    st.builds(hand_over_check, numbers, st.sampled_from(Department)),
    st.lists(options, max_size=3).map(lambda offered: propose(*offered)),
    st.builds(
        propose,
        options,
        text=st.just("why"),
        unmet=st.sampled_from(UnmetReason),
        promised_at=moments,
    ),
    st.builds(approve_proposal, versions),
    st.builds(decline_proposal, versions),
    st.builds(confirm_acceptance, versions, st.just(1)),
    st.builds(counter_demand, st.sampled_from([None, *RemedyKind]), versions),
    st.builds(accept_option, versions, numbers),
    st.builds(accept_option, versions, st.just(1)),
    st.builds(accept_option, versions, st.just(1), objection=st.just("but")),
    st.builds(refuse_proposal, versions),
    st.just(withdraw()),
    st.just(close_explained()),
    st.builds(callback, st.sampled_from(CallbackResult)),
    st.builds(answer_survey, st.integers(min_value=0, max_value=6)),
    st.builds(settle_step, numbers, versions),
    st.builds(fail_step, numbers, versions),
    st.builds(compensate_step, numbers, versions),
    st.builds(complete_task, numbers),
    st.just(reopen()),
    st.builds(hold, moments),
    st.just(resume()),
    st.builds(reclassify, st.sampled_from(Category), st.none() | st.sampled_from(Severity)),
    st.builds(set_severity, st.sampled_from(Severity)),
    st.builds(promise, moments),
    st.builds(escalate, st.sampled_from([Role.SUPERVISOR, Role.MANAGER, Role.CUSTOMER])),
    st.just(close_unjustified()),
    st.builds(link_duplicate, numbers),
    st.builds(merge_into, st.integers(min_value=0, max_value=9)),
    st.just(undo_merge()),
    st.builds(
        adopt_duplicate,
        numbers,
        moments,
        reply_due_at=st.none() | moments,
        solution_due_at=st.none() | moments,
        external_due_at=st.none() | moments,
        promised_at=st.none() | moments,
    ),
    st.builds(release_duplicate, numbers),
    st.builds(move_callback, moments, st.sampled_from([AGENT, CUSTOMER])),
    st.just(record_suggestion()),
    st.just(sign_off()),
    st.just(trust_keys()),
]


def policies() -> st.SearchStrategy[Policy]:
    return st.sampled_from([RULES, laddered(RULES), nightly(RULES), BRISK])


migrations = st.deferred(policies).map(migrate_policy)
COMMANDS.append(migrations)


@dataclass(frozen=True)
class Send:
    """Somebody sends a command that reached us `ago`, perhaps with the stamp of another time."""

    command: Command
    by: Actor | None
    ago: timedelta | None
    version: int | None
    fits: int | None = None

    def tell(self, story: Story) -> None:
        command = self.command
        if self.fits is not None:
            command = fitted(story, command, self.fits)
        if self.by is not None:
            command = command.model_copy(update={"actor": self.by})
        if self.version is not None:
            command = command.model_copy(update={"expected_version": self.version})
        if self.ago is not None:
            command = reports.stamped(command, story.now - self.ago)
        story.when(command, unstamped=self.ago is None)
        event(f"{type(command).__name__} {story.answer.code or 'accepted'}")


@dataclass(frozen=True)
class Live:
    """Time passes, with the alarm ringing in time or once, late."""

    span: timedelta
    in_time: bool

    def tell(self, story: Story) -> None:
        if self.in_time:
            story.wait(self.span)
        else:
            story.sleep(self.span).wake()


@dataclass(frozen=True)
class Report:
    """The world outside reports about one of the effects, whether asked again or not."""

    which: int
    good: bool

    def tell(self, story: Story) -> None:
        if story.effects:
            effect = story.effects[-1 - self.which % len(story.effects)]
            story.when(report(effect, good=self.good), unstamped=True)


@dataclass(frozen=True)
class Retry:
    """A sender that lost the answer sends the same command again, and gets the same answer."""

    which: int

    def tell(self, story: Story) -> None:
        sent = [pair for pair in story.sent if type(pair[0]) not in INTERNAL.values()]
        command, answer = sent[self.which % len(sent)]
        first = next(told for earlier, told in sent if earlier.command_id == command.command_id)
        story.when(command)
        assert story.events == []
        assert story.answer == answer == first


@dataclass(frozen=True)
class Babble:
    """Something arrives that cannot be read."""

    code: RefusalCode

    def tell(self, story: Story) -> None:
        handled = refuse_unread(story.state, "babble", self.code, story.now)
        assert story.take(handled).state.refusals > 0


@dataclass(frozen=True)
class Outage:
    """We are down; what reached us meanwhile is handled in any order, and the alarm rings last."""

    span: timedelta
    sends: list[Send]

    def tell(self, story: Story) -> None:
        story.sleep(self.span)
        for send in self.sends:
            send.tell(story)
        story.wake()


@dataclass(frozen=True)
class Continue:
    """The run continues as new: all that it hands over travels as JSON, and nothing is lost."""

    def tell(self, story: Story) -> None:
        carried = Carried(
            state=story.state,
            unflushed=tuple(story.journal[-3:]),
            pending=tuple(story.pending),
            counted_refusals=0,
        )
        again = Carried.model_validate_json(carried.model_dump_json())
        assert again == carried
        story.state, story.pending = again.state, list(again.pending)


Happening = Send | Live | Report | Retry | Babble | Outage | Continue


def report(effect: Effect, *, good: bool) -> Command:
    match effect:
        case TriageComplaint():
            return reports.judged(triage(Category.LOGISTICS, Severity.CRITICAL, certain=good))
        case DeliverMessage():
            return reports.delivered(effect) if good else reports.given_up(effect)
        case GatherEvidence():
            finding = Finding.CONFIRMED if good else None
            return reports.found(effect, Evidence(system="wms", finding=finding))
        case CarryOutStep():
            return reports.settled(effect) if good else reports.failed(effect)
        case EnterPayment():
            return reports.counted(effect, None if good else "refund_exceeds_paid")
        case ReverseStep():
            return reports.reversed_(effect) if good else reports.not_reversed(effect)


ages = st.one_of(
    st.just(timedelta()),
    st.none(),
    st.timedeltas(timedelta(), days(3)),
    st.sampled_from([days(-3), days(40), days(700_000)]),
)
sends = st.builds(
    Send,
    st.one_of(COMMANDS),
    st.one_of(*[st.none()] * 5, st.sampled_from(EVERYBODY)),
    ages,
    st.one_of(*[st.none()] * 7, st.integers(min_value=0, max_value=9)),
)


def fitting(commands: st.SearchStrategy[Command]) -> st.SearchStrategy[Send]:
    lately = st.just(timedelta()) | st.timedeltas(timedelta(), hours(9))
    return st.builds(Send, commands, st.none(), lately, st.none(), st.integers(0, 9))


fits, asked = fitting(st.one_of(COMMANDS)), fitting(st.sampled_from(ABOUT_CHECKS))
migrating = st.builds(Send, migrations, st.none(), ages, st.none())
lives = st.builds(Live, spans, st.booleans())
reported = st.builds(Report, st.integers(min_value=0, max_value=5), st.booleans())
retries = st.builds(Retry, st.integers(min_value=0))
babbles = st.builds(Babble, st.sampled_from(RefusalCode))
outages = st.builds(Outage, spans, st.lists(st.one_of(sends, fits, asked), max_size=4))
others = [reported, reported, retries, babbles, outages, st.just(Continue())]
happenings = st.lists(
    st.one_of(sends, fits, fits, asked, lives, lives, lives, *others, migrating),
    min_size=8,
    max_size=24,
)

CONSENT = (propose(resend(), MANUAL), accept_option())
DEAR = propose(refund(300), promised_at=START + hours(5))
BEGINNINGS: list[tuple[Command, ...]] = [
    (),
    (reply(), hold(START + days(2))),
    (promise(START + days(1)), request_check()),
    (close_explained(), move_callback(START + days(3))),
    (request_check(), request_check(Department.QUALITY)),
    (propose(resend(), MANUAL),),
    (request_check(), return_check()),
    (request_check(), request_check(Department.QUALITY), ask_extension(START + days(2))),
    (request_check(), complete_check(), request_check()),
    (DEAR,),
    (DEAR, approve_proposal(), accept_option(), compensate_step()),
    (propose(Option(steps=(resend(), MANUAL))), accept_option(), compensate_step(2)),
    (adopt_duplicate(3, START - days(1), reply_due_at=START), hold(START + days(2))),
    (request_check(), merge_into(3), undo_merge()),
    CONSENT,
    (propose(APOLOGY), accept_option()),
    (close_explained(),),
    (propose(APOLOGY), accept_option(), callback()),
    (propose(APOLOGY), accept_option(), callback(CallbackResult.DISSATISFIED)),
    (propose(MANUAL), counter_demand(), propose(coupon())),
]

RULES = attentive(
    consent=policy().consent.model_copy(update={"refusals_before_escalation": 1}),
    refusals_stored=20,
)

worlds = st.builds(
    Story,
    rules=st.sampled_from([RULES, laddered(RULES), nightly(RULES)]),
    delivers=st.booleans(),
    settles=st.booleans(),
    judges=st.sampled_from(
        [None, triage(), triage(Category.LOGISTICS), triage(severity=Severity.CRITICAL)]
    ),
)


def live(
    story: Story,
    complaint: OpenComplaint,
    beginning: tuple[Command, ...],
    happens: list[Happening],
) -> None:
    """Let a case begin, and all of that happen to it."""
    story.opened(complaint)
    for command in beginning:
        story.when(command)
    for happening in happens:
        happening.tell(story)


@settings(
    max_examples=LIVES,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds, openings, st.sampled_from(BEGINNINGS), happenings)
def test_whatever_happens_a_case_answers_and_keeps_its_promises(
    story: Story,
    complaint: OpenComplaint,
    beginning: tuple[Command, ...],
    happens: list[Happening],
) -> None:
    live(story, complaint, beginning, happens)
    event(f"ends {story.state.stage}, cycle {story.state.cycle.number}")
    # Whatever it was, time brings the case no harm, and its journal tells all of it.
    story.wait(days(100)).audited()


def test_random_lives_know_every_command() -> None:
    once = settings(max_examples=1, database=None)
    known = {type(find(command, lambda _: True, settings=once)) for command in COMMANDS}
    assert known == set(WIRE_NAMES.values())
