"""Cases in which every personal field there is holds something, each with a mark of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin

from demo.cases import CASES
from demo.script import (
    AGENT,
    CUSTOMER,
    REPLIED,
    RUN_OUT,
    TRIAGED,
    DemoCase,
    Move,
    Send,
    days,
    stage,
    yuan,
)
from schemas.base import Wire
from schemas.commands import COMMANDS, Actor
from schemas.offer import Option, RemedyStep
from schemas.sealed import Sealed
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Channel,
    Department,
    Finding,
    Outcome,
    RefusalReason,
    RemedyKind,
    ReturnReason,
    Role,
    Stage,
    UnmetReason,
)
from starter.complaint import NewComplaint, PlainContact, PlainCustomer
from starter.composing import MADE_HERE
from tests.support.traces import Marks

QUALITY = Actor(id="tester-1", role=Role.DEPARTMENT, department=Department.QUALITY)
LEGAL = Actor(id="counsel-1", role=Role.DEPARTMENT, department=Department.LEGAL)

COUPON = Option(steps=(RemedyStep(kind=RemedyKind.COUPON, amount=yuan(20)),))

DEAR = Option(steps=(RemedyStep(kind=RemedyKind.COUPON, amount=yuan(900)),))
BY_HAND = Option(steps=(RemedyStep(kind=RemedyKind.CHANGE_OF_STAFF),))
OTHER = {"unmet": UnmetReason.OTHER}
UNHAPPY = {"result": CallbackResult.DISSATISFIED}
SUPERVISOR = Actor(id="supervisor-zhou", role=Role.SUPERVISOR)
MANAGER = Actor(id="manager-wu", role=Role.MANAGER)
LATE = datetime.now(UTC) + timedelta(days=3)
"""A moment after whatever happens on the day that this is played."""


def sending(command: str, by: Actor, **fields: Any) -> Send:
    return Send(command, by, fields)


EVERYTHING = DemoCase(
    number=99,
    title="Everything is told",
    complaint=NewComplaint(
        channel=Channel.PHONE,
        source="call-centre",
        source_key="telling",
        content="电视屏幕闪烁,售后一直没有人来。",
        customer=PlainCustomer(
            name="赵一鸣",
            contacts=(PlainContact(kind=Channel.PHONE, address="+8613700003333"),),
            member_no="VIP-1",
        ),
        complainant="赵一鸣的母亲",
        demand=RemedyKind.REPAIR,
        demand_text="请尽快上门维修。",
    ),
    moves=(
        TRIAGED,
        sending("add_information", CUSTOMER, text="我的地址是和平路一号。"),
        sending("record_note", AGENT, text="客户情绪激动。"),
        sending("reply", AGENT, text="您好,我们正在核实。"),
        REPLIED,
        sending("promise", AGENT, promised_at=LATE, text="三天内给您儿子打电话。"),
        sending("hold", AGENT, question="您家的门牌号是多少?", remind_at=LATE),
        sending("resume", AGENT),
        sending("reclassify", AGENT, category=Category.AFTER_SALES, reason="客户说是维修问题。"),
        sending("escalate", AGENT, to=Role.SUPERVISOR, reason="客户认识记者。"),
        sending(
            "request_check",
            AGENT,
            department=Department.QUALITY,
            question="这批次有问题吗?",
            required=False,
        ),
        sending(
            "complete_check",
            QUALITY,
            check=1,
            finding=Finding.CONFIRMED,
            summary="客户家电压正常。",
        ),
        sending(
            "correct_finding",
            QUALITY,
            check=1,
            finding=Finding.BATCH_FAULT,
            summary="客户的电视是这一批的。",
        ),
        sending(
            "request_check", AGENT, department=Department.LEGAL, question="可以吗?", required=False
        ),
        sending("ask_extension", LEGAL, check=2, until=LATE, reason="等客户寄来发票。"),
        sending("return_check", LEGAL, check=2, reason=ReturnReason.QUESTION, question="客户是谁?"),
        sending("complete_task", AGENT, task=1, note="已告知客户姓名。"),
        sending("request_check", AGENT, department=Department.LEGAL, question="客户能要求吗?"),
        sending("proceed_without_check", SUPERVISOR, check=3, reason="客户等不及了。"),
        sending(
            "propose", AGENT, text="给您两张优惠券。", options=(DEAR,), promised_at=LATE, **OTHER
        ),
        sending("decline_proposal", SUPERVISOR, version=1, reason="这位客户给得太多。"),
        sending("propose", AGENT, text="给您一张优惠券。", options=(COUPON,), **OTHER),
        stage(Stage.AWAITING_CONSENT),
        sending("counter_demand", CUSTOMER, version=2, text="我要我儿子来修。"),
        sending("propose", AGENT, text="给您一张优惠券。", options=(COUPON,), **OTHER),
        stage(Stage.AWAITING_CONSENT),
        sending("accept_option", CUSTOMER, version=3, option=1, objection="但是我要两张。"),
        sending(
            "refuse_proposal", CUSTOMER, version=3, reason=RefusalReason.OTHER, text="不要优惠券。"
        ),
        sending("propose", AGENT, options=(BY_HAND,), text="由新的同事跟进。", **OTHER),
        stage(Stage.AWAITING_CONSENT),
        sending("accept_option", CUSTOMER, version=4, option=1),
        stage(Stage.REMEDYING),
        sending("compensate_step", SUPERVISOR, version=4, step=1, reason="客户又不要了。"),
        stage(Stage.DECIDING),
        sending("withdraw", CUSTOMER, reason="不想再等了。"),
        stage(Stage.CLOSED),
        sending("reopen", CUSTOMER, reason="又闪烁了。"),
        sending("close_explained", AGENT, explanation="请换一个插座。"),
        stage(Stage.FOLLOWING_UP),
        sending("record_callback_attempt", AGENT, **UNHAPPY, note="客户的孩子接的电话。"),
        stage(Stage.INVESTIGATING),
        sending("close_explained", AGENT, explanation="请再换一个插座。"),
        stage(Stage.FOLLOWING_UP),
        sending("record_callback_attempt", AGENT, **UNHAPPY, note="还是客户的孩子。"),
        sending("sign_off", MANAGER, note="客户要去法院。"),
        stage(Stage.CLOSED),
        sending("answer_survey", CUSTOMER, score=5, comment="谢谢小林。"),
        sending("record_suggestion", AGENT, text="请给我母亲也打电话。"),
        days(31),
        RUN_OUT,
    ),
    outcome=Outcome.DISSATISFIED_EXHAUSTED,
)

UNFOUNDED = DemoCase(
    number=98,
    title="Nothing to find",
    complaint=EVERYTHING.complaint.model_copy(update={"source_key": "unfounded"}),
    moves=(
        TRIAGED,
        sending("request_check", AGENT, department=Department.LEGAL, question="客户有理吗?"),
        sending("complete_check", LEGAL, check=1, finding=Finding.NOT_CONFIRMED),
        stage(Stage.DECIDING),
        sending("close_unjustified", SUPERVISOR, explanation="您的电视没有故障。"),
        stage(Stage.CLOSED),
        days(31),
        RUN_OUT,
    ),
    outcome=Outcome.UNJUSTIFIED,
)


def marked_cases(marks: Marks) -> list[DemoCase]:
    """Return the cases of the demonstration and those that tell everything, marked throughout."""
    return [_marked(case, marks) for case in (*CASES, EVERYTHING, UNFOUNDED)]


def personal_fields() -> set[str]:
    """Return every personal field that a command may hold, as `command.field`."""
    return {
        f"{name}.{field}"
        for name, model in COMMANDS.items()
        for field in _sealed(model)
        if field not in MADE_HERE
    }


def sealed_paths(model: type[Wire], way: str = "") -> set[str]:
    """Return the way to every sealed value that a model may hold."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        for kind in _kinds(field.annotation):
            if kind is Sealed:
                found.add(f"{way}{name}")
            elif isinstance(kind, type) and issubclass(kind, Wire):
                found |= sealed_paths(kind, f"{way}{name}.")
    return found


def present_paths(value: object, way: str = "") -> set[str]:
    """Return the way to every sealed value that there is."""
    if isinstance(value, Sealed):
        return {way.rstrip(".")}
    if isinstance(value, tuple):
        return set().union(*(present_paths(item, way) for item in value))
    if isinstance(value, Wire):
        return set().union(*(present_paths(item, f"{way}{name}.") for name, item in value))
    return set()


def _marked(case: DemoCase, marks: Marks) -> DemoCase:
    moves = tuple(_marked_move(move, marks) for move in case.moves)
    return replace(case, complaint=_marked_complaint(case.complaint, marks), moves=moves)


def _marked_complaint(complaint: NewComplaint, marks: Marks) -> NewComplaint:
    """Mark what the complaint has, and give it what it has not."""
    told = complaint.customer or PlainCustomer()
    contacts = tuple(
        contact.model_copy(update={"address": _with(contact.address, marks, "contact")})
        for contact in told.contacts
    )
    customer = told.model_copy(
        update={
            "contacts": contacts,
            "name": _with(told.name, marks, "name"),
            "member_no": _with(told.member_no, marks, "member_no"),
        }
    )
    texts = {
        name: _with(getattr(complaint, name), marks, name)
        for name in ("content", "complainant", "demand_text")
    }
    return complaint.model_copy(update={**texts, "customer": customer})


def _marked_move(move: Move, marks: Marks) -> Move:
    if not isinstance(move, Send):
        return move
    personal = _sealed(COMMANDS[move.command])
    fields: Mapping[str, Any] = {
        name: _with(value, marks, f"{move.command}.{name}") if name in personal else value
        for name, value in move.fields.items()
    }
    return replace(move, fields=fields)


def _with(text: str | None, marks: Marks, place: str) -> str:
    return f"{text or ''} {marks.mark(place)}".strip()


def _sealed(model: type[Wire]) -> list[str]:
    return [
        name for name, field in model.model_fields.items() if Sealed in _kinds(field.annotation)
    ]


def _kinds(annotation: Any) -> list[Any]:
    """Return the types of which a field's annotation is made."""
    if get_origin(annotation) in {Union, UnionType, tuple}:
        return [kind for part in get_args(annotation) for kind in _kinds(part)]
    return [annotation]
