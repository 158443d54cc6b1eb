"""Cases in which every personal field there is holds something, each with a mark of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import UnionType
from typing import Any, Union, get_args, get_origin

from demo.cases import CASES, REPLIED, RUN_OUT, TRIAGED, yuan
from demo.script import AGENT, CUSTOMER, NOW, DemoCase, Move, Send, days, stage
from schemas.base import Wire
from schemas.commands import COMMANDS, Actor
from schemas.offer import Option, RemedyStep
from schemas.sealed import Sealed
from schemas.vocabulary import (
    CallbackResult,
    Channel,
    Department,
    Finding,
    Outcome,
    RefusalReason,
    RemedyKind,
    ReturnReason,
    Role,
    Stage,
)
from starter.complaint import NewComplaint, PlainContact, PlainCustomer
from tests.support.traces import Marks

QUALITY = Actor(id="tester-1", role=Role.DEPARTMENT, department=Department.QUALITY)
LEGAL = Actor(id="counsel-1", role=Role.DEPARTMENT, department=Department.LEGAL)

COUPON = Option(steps=(RemedyStep(kind=RemedyKind.COUPON, amount=yuan(20)),))


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
            "request_check", AGENT, department=Department.LEGAL, question="可以吗?", required=False
        ),
        sending("return_check", LEGAL, check=2, reason=ReturnReason.QUESTION, question="客户是谁?"),
        sending("complete_task", AGENT, task=1, note="已告知客户姓名。"),
        sending("propose", AGENT, text="给您一张优惠券。", options=(COUPON,)),
        stage(Stage.AWAITING_CONSENT),
        sending("accept_option", CUSTOMER, version=1, option=1, objection="但是我要两张。"),
        sending(
            "refuse_proposal", CUSTOMER, version=1, reason=RefusalReason.OTHER, text="不要优惠券。"
        ),
        sending("withdraw", CUSTOMER, reason="不想再等了。"),
        stage(Stage.CLOSED),
        sending("reopen", CUSTOMER, reason="又闪烁了。"),
        sending("close_explained", AGENT, explanation="请换一个插座。"),
        stage(Stage.FOLLOWING_UP),
        sending(
            "record_callback_attempt",
            AGENT,
            result=CallbackResult.SATISFIED,
            called_at=NOW,
            note="客户的孩子接的电话。",
        ),
        stage(Stage.CLOSED),
        sending("answer_survey", CUSTOMER, score=5, comment="谢谢小林。"),
        days(31),
        RUN_OUT,
    ),
    outcome=Outcome.EXPLAINED,
)


def marked_cases(marks: Marks) -> list[DemoCase]:
    """Return the cases of the demonstration and one that tells everything, marked throughout."""
    return [_marked(case, marks) for case in (*CASES, EVERYTHING)]


def personal_fields() -> set[str]:
    """Return every personal field that a command may hold, as `command.field`."""
    return {f"{name}.{field}" for name, model in COMMANDS.items() for field in _sealed(model)}


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
