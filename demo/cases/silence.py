"""Case 8: silence is never consent; nothing is carried out (reading 7)."""

from __future__ import annotations

from demo.records import SILENT_ORDER
from demo.script import AGENT, RUN_OUT, TRIAGED, DemoCase, Send, days, hours, stage, yuan
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import Channel, Outcome, RemedyKind, Stage
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

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
        order=SILENT_ORDER,
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
