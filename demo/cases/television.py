"""Case 3: a batch fault; repair refused, exchange approved by a supervisor and accepted."""

from __future__ import annotations

from demo.records import COUNTER_STORE, TELEVISION_BATCH, TELEVISION_ORDER
from demo.records import TELEVISION as TELEVISION_CODE
from demo.script import (
    AGENT,
    CUSTOMER,
    DESK,
    REPAIR_DESK,
    REPLIED,
    RUN_OUT,
    SATISFIED,
    SUPERVISOR,
    TRIAGED,
    DemoCase,
    Later,
    Send,
    days,
    hours,
    stage,
    yuan,
)
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import (
    Channel,
    Department,
    Finding,
    Outcome,
    RefusalReason,
    RemedyKind,
    Stage,
)
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

REPAIR = RemedyStep(kind=RemedyKind.REPAIR, item=TELEVISION_CODE, cost=yuan(180))
EXCHANGE = RemedyStep(kind=RemedyKind.EXCHANGE, item=TELEVISION_CODE, cost=yuan(3299))

TELEVISION = DemoCase(
    number=3,
    title="Flickering television",
    complaint=NewComplaint(
        channel=Channel.STORE_DESK,
        source="store-desk",
        source_key="demo-3",
        content="刚买的电视一直闪屏,质量有问题,画面看得头晕。",
        customer=PlainCustomer(
            name="赵建国", contacts=(PlainContact(kind=Channel.PHONE, address="+8613700003333"),)
        ),
        order=TELEVISION_ORDER,
        product=TELEVISION_CODE,
        batch=TELEVISION_BATCH,
        store=COUNTER_STORE,
        recorded_by="desk-021",
        read_back_confirmed=True,
    ),
    opened_by=DESK,
    moves=(
        TRIAGED,
        hours(0.5),
        Send("reply", AGENT, {"text": "您好,我们已请质检、售后和仓库一起核查,今天给您答复。"}),
        REPLIED,
        *(
            Send("request_check", AGENT, {"department": department, "question": question})
            for department, question in (
                (Department.QUALITY, "该批次是否有闪屏故障?"),
                (Department.AFTER_SALES, "此机是否有维修记录?"),
                (Department.WAREHOUSE, "出库时包装是否完好?"),
            )
        ),
        hours(2),
        Send("claim_check", REPAIR_DESK, {"check": 2}),
        hours(1),
        Send(
            "complete_check",
            REPAIR_DESK,
            {"check": 2, "finding": Finding.CONFIRMED, "summary": "此机无维修记录,故障可重现。"},
        ),
        stage(Stage.DECIDING),
        Send(
            "propose",
            AGENT,
            {
                "text": "质检确认该批次有故障,我们免费上门维修。",
                "options": (Option(steps=(REPAIR,)),),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        hours(1),
        Send(
            "refuse_proposal",
            CUSTOMER,
            {"version": 1, "reason": RefusalReason.WRONG_REMEDY, "text": "新机不想维修,要换新的。"},
        ),
        stage(Stage.DECIDING),
        Send(
            "propose",
            AGENT,
            {
                "text": "可以维修,也可以换一台新机,请您选择。",
                "options": (Option(steps=(REPAIR,)), Option(steps=(EXCHANGE,))),
                "promised_at": Later(hours(4)),
            },
        ),
        stage(Stage.AWAITING_APPROVAL),
        hours(1),
        Send("approve_proposal", SUPERVISOR, {"version": 2}),
        stage(Stage.AWAITING_CONSENT),
        hours(2),
        Send("accept_option", CUSTOMER, {"version": 2, "option": 2}),
        stage(Stage.FOLLOWING_UP),
        days(4),
        SATISFIED,
        stage(Stage.CLOSED),
        days(1),
        Send("answer_survey", CUSTOMER, {"score": 5}),
        days(30),
        RUN_OUT,
    ),
    outcome=Outcome.SATISFIED,
)
