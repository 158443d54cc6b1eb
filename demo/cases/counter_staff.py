"""Case 4: rude counter staff; an apology, and somebody else from now on."""

from __future__ import annotations

from demo.records import COUNTER_STORE
from demo.script import (
    AGENT,
    CUSTOMER,
    DESK,
    REPLIED,
    RUN_OUT,
    SATISFIED,
    TRIAGED,
    DemoCase,
    Send,
    days,
    hours,
    stage,
)
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import Channel, Department, Outcome, RemedyKind, Stage
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

MADE_GOOD = Option(
    steps=(
        RemedyStep(kind=RemedyKind.APOLOGY),
        RemedyStep(kind=RemedyKind.CHANGE_OF_STAFF, item="S-131"),
    )
)

COUNTER_STAFF = DemoCase(
    number=4,
    title="Rude counter staff",
    complaint=NewComplaint(
        channel=Channel.PHONE,
        source="call-centre",
        source_key="demo-4",
        content="柜台的店员态度很差,当着别的客人大声骂我,太不礼貌了。",
        customer=PlainCustomer(
            name="刘芳", contacts=(PlainContact(kind=Channel.PHONE, address="+8613600004444"),)
        ),
        store=COUNTER_STORE,
        recorded_by="agent-lin",
        read_back_confirmed=True,
    ),
    opened_by=DESK,
    moves=(
        TRIAGED,
        hours(1),
        Send("reply", AGENT, {"text": "非常抱歉给您带来不好的体验,我们马上向门店核实。"}),
        REPLIED,
        Send(
            "request_check",
            AGENT,
            {"department": Department.STORE_OPERATIONS, "question": "当班店员是否对顾客出言不逊?"},
        ),
        stage(Stage.DECIDING),
        hours(2),
        Send(
            "propose",
            AGENT,
            {
                "text": "核实情况属实。店长向您正式道歉,今后由专人接待您。",
                "options": (MADE_GOOD,),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        hours(1),
        Send("accept_option", CUSTOMER, {"version": 1, "option": 1}),
        stage(Stage.REMEDYING),
        hours(3),
        Send("settle_step", AGENT, {"version": 1, "step": 2, "reference": "ROSTER-021-47"}),
        stage(Stage.FOLLOWING_UP),
        days(5),
        SATISFIED,
        stage(Stage.CLOSED),
        days(2),
        Send("answer_survey", CUSTOMER, {"score": 4}),
        days(29),
        RUN_OUT,
    ),
    outcome=Outcome.SATISFIED,
)
