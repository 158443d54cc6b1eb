"""Case 7: a function misunderstood, explained at first contact."""

from __future__ import annotations

from demo.script import AGENT, RUN_OUT, SATISFIED, TRIAGED, DemoCase, Send, days, hours, stage
from schemas.vocabulary import Channel, Language, Outcome, Stage
from starter.complaint import NewComplaint, PlainContact, PlainCustomer

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
