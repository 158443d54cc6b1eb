"""Case 1: an accessory is missing, and the warehouse's own records say why."""

from __future__ import annotations

from demo.records import MISSING_ITEM, MISSING_PARTS_ORDER
from demo.script import (
    AGENT,
    CUSTOMER,
    REPLIED,
    RUN_OUT,
    SATISFIED,
    TRIAGED,
    DemoCase,
    Send,
    days,
    hours,
    stage,
    yuan,
)
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import Channel, Department, Outcome, RemedyKind, Stage
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

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
        order=MISSING_PARTS_ORDER,
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
