"""Case 6: a return that the rule does not cover; an explanation, an alternative, a withdrawal."""

from __future__ import annotations

from demo.records import RETURN_ORDER, RETURNED
from demo.script import (
    AGENT,
    CUSTOMER,
    REPLIED,
    RUN_OUT,
    TRIAGED,
    DemoCase,
    Send,
    days,
    hours,
    stage,
    yuan,
)
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import Channel, Department, Outcome, RemedyKind, Stage, UnmetReason
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

RETURN_ABUSE = DemoCase(
    number=6,
    title="No-reason return abuse",
    complaint=NewComplaint(
        channel=Channel.PLATFORM,
        source="platform",
        source_key="demo-6",
        content="吹风机用了一个月不想要了,要求七天无理由退货全额退款。",
        customer=PlainCustomer(
            name="周凯", contacts=(PlainContact(kind=Channel.PHONE, address="+8613400006666"),)
        ),
        demand=RemedyKind.REFUND,
        order=RETURN_ORDER,
        product=RETURNED,
        amount_involved=yuan(459),
    ),
    moves=(
        TRIAGED,
        hours(1),
        Send("reply", AGENT, {"text": "您好,您的退货申请正在核对适用规则。"}),
        REPLIED,
        Send(
            "request_check",
            AGENT,
            {"department": Department.LEGAL, "question": "已使用一个月的商品是否适用无理由退货?"},
        ),
        stage(Stage.DECIDING),
        hours(3),
        Send(
            "propose",
            AGENT,
            {
                "text": "商品已使用且超过七天,不适用无理由退货。我们愿意赠送一张优惠券。",
                "unmet": UnmetReason.NOT_DUE,
                "options": (Option(steps=(RemedyStep(kind=RemedyKind.COUPON, amount=yuan(30)),)),),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        days(1),
        Send("withdraw", CUSTOMER, {"reason": "明白了,不再要求退货。"}),
        stage(Stage.CLOSED),
        days(31),
        RUN_OUT,
    ),
    outcome=Outcome.WITHDRAWN,
)
