"""Case 2: a parcel that missed the festival; two departments are asked at once."""

from __future__ import annotations

from demo.records import CARRIER, GIFT_ORDER
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
from schemas.vocabulary import Channel, Department, Language, Outcome, RemedyKind, Stage
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

NEW_BOX = RemedyStep(kind=RemedyKind.RESEND, item="MOONCAKE-BOX-8", cost=yuan(90))
TEA = RemedyStep(kind=RemedyKind.GIFT, item="TEA-TIN-50", cost=yuan(30))
COUPON = RemedyStep(kind=RemedyKind.COUPON, amount=yuan(120))

LATE_GIFT = DemoCase(
    number=2,
    title="Late gift",
    complaint=NewComplaint(
        channel=Channel.WEB,
        source="web-shop",
        source_key="demo-2",
        content="中秋禮盒遲了三天才送到,節日已經過了,物流一直沒有更新。",
        customer=PlainCustomer(
            name="陳雅婷",
            contacts=(PlainContact(kind=Channel.EMAIL, address="yating.chen@mail.example"),),
            language=Language.ZH_HANT,
            time_zone="Asia/Taipei",
        ),
        order=GIFT_ORDER,
        carrier=CARRIER,
    ),
    moves=(
        TRIAGED,
        hours(1),
        Send("reply", AGENT, {"text": "很抱歉讓您久等,我們正向物流與倉庫查證,明天前回覆進度。"}),
        REPLIED,
        Send(
            "request_check",
            AGENT,
            {"department": Department.LOGISTICS, "question": "包裹為何遲到?何時簽收?"},
        ),
        Send(
            "request_check",
            AGENT,
            {"department": Department.WAREHOUSE, "question": "是否按時出庫?"},
        ),
        stage(Stage.DECIDING),
        hours(20),
        Send("reply", AGENT, {"text": "物流已確認延誤,今天會向您提出補償方案。"}),
        hours(3),
        Send(
            "propose",
            AGENT,
            {
                "text": "物流確認晚了三天送達。請您選擇其中一項。",
                "options": (Option(steps=(NEW_BOX, TEA)), Option(steps=(COUPON,))),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        hours(5),
        Send("accept_option", CUSTOMER, {"version": 1, "option": 1}),
        stage(Stage.FOLLOWING_UP),
        days(3),
        SATISFIED,
        stage(Stage.CLOSED),
        hours(6),
        Send("answer_survey", CUSTOMER, {"score": 5}),
        days(31),
        RUN_OUT,
    ),
    outcome=Outcome.SATISFIED,
)
