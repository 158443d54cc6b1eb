"""The cases that the demonstration plays (docs/requirements.md), as data."""

from __future__ import annotations

from demo.records import MISSING_ITEM
from demo.script import AGENT, CUSTOMER, NOW, DemoCase, Send, Until, days, hours, stage
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import (
    CallbackResult,
    Channel,
    Department,
    Language,
    Outcome,
    RemedyKind,
    Stage,
)
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

TRIAGED = Until("acknowledged", lambda view: any(m.delivered_at for m in view.messages))
REPLIED = Until(
    "reply delivered", lambda view: any(c.key == "reply" and c.verdict for c in view.clocks)
)
RUN_OUT = Until("every window has passed", lambda view: view.completed)

SATISFIED = Send(
    "record_callback_attempt", AGENT, {"result": CallbackResult.SATISFIED, "called_at": NOW}
)


def yuan(amount: int) -> Money:
    """Return an amount of whole yuan."""
    return Money(minor=amount * 100, currency="CNY")


MISSING_PARTS = DemoCase(
    number=1,
    title="Missing parts",
    complaint=NewComplaint(
        channel=Channel.WECHAT,
        source="web-shop",
        source_key="demo-1",
        content="收到的电饭煲少了蒸笼配件,包装里没有,说明书上写着应该有的。请尽快补发。",
        customer=PlainCustomer(
            name="王小梅", contacts=(PlainContact(kind=Channel.PHONE, address="+8613800001111"),)
        ),
        demand=RemedyKind.RESEND,
        order="SO-2026-1107",
        read_back_confirmed=True,
    ),
    moves=(
        TRIAGED,
        hours(1),
        Send("reply", AGENT, {"text": "您好,已收到您的反馈,正在请仓库核对出库记录。"}),
        REPLIED,
        Send(
            "request_check",
            AGENT,
            {"department": Department.WAREHOUSE, "question": "订单是否漏装蒸笼配件?"},
        ),
        stage(Stage.DECIDING),
        Send(
            "propose",
            AGENT,
            {
                "text": "核对后确认是我们漏装,今天为您补发。",
                "options": (
                    Option(
                        steps=(
                            RemedyStep(kind=RemedyKind.RESEND, item=MISSING_ITEM, cost=yuan(35)),
                        )
                    ),
                    Option(steps=(RemedyStep(kind=RemedyKind.COUPON, amount=yuan(50)),)),
                ),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        hours(2),
        Send("accept_option", CUSTOMER, {"version": 1, "option": 1}),
        stage(Stage.FOLLOWING_UP),
        Send(
            "record_note",
            AGENT,
            {
                "text": "装箱清单请增加蒸笼配件一项,复核后再封箱。",
                "department": Department.WAREHOUSE,
            },
        ),
        days(3),
        SATISFIED,
        stage(Stage.CLOSED),
        days(1),
        Send("answer_survey", CUSTOMER, {"score": 5}),
        days(30),
        RUN_OUT,
    ),
    outcome=Outcome.SATISFIED,
)

MISUNDERSTANDING = DemoCase(
    number=7,
    title="Misunderstood function",
    complaint=NewComplaint(
        channel=Channel.PHONE,
        source="call-centre",
        source_key="demo-7",
        content="The air conditioner stops cooling after an hour every night. It must be broken.",
        customer=PlainCustomer(
            name="Helen Brook",
            contacts=(PlainContact(kind=Channel.EMAIL, address="helen.brook@mail.example"),),
            language=Language.EN,
            time_zone="Europe/London",
        ),
        product="AC-220",
        recorded_by="agent-lin",
        read_back_confirmed=True,
    ),
    moves=(
        TRIAGED,
        hours(0.5),
        Send(
            "close_explained",
            AGENT,
            {
                "explanation": "Sleep mode raises the temperature by one degree an hour, to save "
                "energy. Hold the moon key for three seconds to switch it off."
            },
        ),
        stage(Stage.FOLLOWING_UP),
        days(2),
        SATISFIED,
        stage(Stage.CLOSED),
        days(31),
        RUN_OUT,
    ),
    outcome=Outcome.EXPLAINED,
)

SILENCE = DemoCase(
    number=8,
    title="Silence",
    complaint=NewComplaint(
        channel=Channel.APP,
        source="app",
        source_key="demo-8",
        content="买的保温杯杯盖有点漏水,放包里会湿。",
        customer=PlainCustomer(
            name="李强", contacts=(PlainContact(kind=Channel.PHONE, address="+8613900002222"),)
        ),
        order="SO-2026-1110",
    ),
    moves=(
        TRIAGED,
        hours(3),
        Send(
            "propose",
            AGENT,
            {
                "text": "可以为您补发新的杯盖,或赠送优惠券一张,请您选择。",
                "options": (
                    Option(
                        steps=(RemedyStep(kind=RemedyKind.RESEND, item="LID-500", cost=yuan(12)),)
                    ),
                    Option(steps=(RemedyStep(kind=RemedyKind.COUPON, amount=yuan(20)),)),
                ),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        days(3.1),
        stage(Stage.CLOSED),
        days(31),
        RUN_OUT,
    ),
    outcome=Outcome.NO_ANSWER,
)

CASES = (MISSING_PARTS, MISUNDERSTANDING, SILENCE)
