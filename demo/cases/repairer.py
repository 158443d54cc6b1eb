"""Case 5: the repairer never came; two broken promises, a manager, and a second cycle (H26)."""

from __future__ import annotations

from demo.records import REPAIR_ORDER, WASHING_MACHINE
from demo.script import (
    AGENT,
    CUSTOMER,
    DISSATISFIED,
    ESCALATED,
    MANAGER,
    NOT_REACHED,
    REPLIED,
    RUN_OUT,
    SATISFIED,
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
from schemas.vocabulary import Channel, Department, Outcome, RemedyKind, Stage
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

REPAIR_AND_REFUND = Option(
    steps=(
        RemedyStep(kind=RemedyKind.REPAIR, item=WASHING_MACHINE, cost=yuan(120)),
        RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(80)),
    )
)
NAMED_TECHNICIAN = Option(
    steps=(
        RemedyStep(kind=RemedyKind.APOLOGY),
        RemedyStep(kind=RemedyKind.CHANGE_OF_STAFF, item="T-088"),
    )
)

REPAIRER = DemoCase(
    number=5,
    title="Repairer never came",
    complaint=NewComplaint(
        channel=Channel.APP,
        source="app",
        source_key="demo-5",
        content="洗衣机报修,约好上门维修的师傅两次都没来,请假在家白等。",
        customer=PlainCustomer(
            name="孙丽华", contacts=(PlainContact(kind=Channel.PHONE, address="+8613500005555"),)
        ),
        order=REPAIR_ORDER,
        product=WASHING_MACHINE,
    ),
    moves=(
        TRIAGED,
        hours(1),
        Send("reply", AGENT, {"text": "非常抱歉,我们马上联系维修部门。"}),
        REPLIED,
        Send(
            "promise",
            AGENT,
            {"promised_at": Later(hours(6)), "text": "今天傍晚前给您确定的上门时间。"},
        ),
        Send(
            "request_check",
            AGENT,
            {"department": Department.AFTER_SALES, "question": "两次预约为何都未上门?"},
        ),
        stage(Stage.DECIDING),
        hours(6.1),
        hours(24.1),
        ESCALATED,
        Send(
            "propose",
            MANAGER,
            {
                "text": "我是服务中心经理,明天上门维修,并退还部分费用。",
                "options": (REPAIR_AND_REFUND,),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        hours(2),
        Send("accept_option", CUSTOMER, {"version": 1, "option": 1}),
        stage(Stage.FOLLOWING_UP),
        days(1),
        NOT_REACHED,
        hours(27),
        NOT_REACHED,
        hours(29),
        DISSATISFIED,
        stage(Stage.INVESTIGATING),
        hours(2),
        Send("reply", MANAGER, {"text": "已了解问题仍未解决,我亲自安排资深技师。"}),
        Send(
            "propose",
            MANAGER,
            {
                "text": "由资深技师专门负责您的洗衣机,直到完全修好。",
                "options": (NAMED_TECHNICIAN,),
            },
        ),
        stage(Stage.AWAITING_CONSENT),
        hours(1),
        Send("accept_option", CUSTOMER, {"version": 2, "option": 1}),
        stage(Stage.REMEDYING),
        hours(4),
        Send("settle_step", AGENT, {"version": 2, "step": 4, "reference": "RO-5521-2"}),
        stage(Stage.FOLLOWING_UP),
        days(3),
        SATISFIED,
        stage(Stage.CLOSED),
        days(1),
        Send("answer_survey", CUSTOMER, {"score": 4}),
        days(30),
        RUN_OUT,
    ),
    outcome=Outcome.SATISFIED,
)
