"""The options of `redress open`: one for each field of a complaint (rule 33)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from schemas.vocabulary import Category, Channel, Language, RemedyKind

Json = Annotated[
    Path | None,
    typer.Option(
        "--json", metavar="FILE", help="Read the fields as JSON from here; - is the input"
    ),
]
ChannelOption = Annotated[Channel | None, typer.Option(help="How the complaint reached us")]
Content = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What the customer says; - reads the input")
]
Source = Annotated[
    str | None, typer.Option(metavar="CODE", help="The system it comes from", show_default="cli")
]
SourceKey = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="Its name in that system: opening it again under this name changes nothing",
        show_default="made up",
    ),
]
Name = Annotated[str | None, typer.Option(metavar="TEXT", help="The customer's name")]
ContactOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND=ADDRESS", help="How to reach the customer: phone=…, email=…; repeat"
    ),
]
MemberNo = Annotated[str | None, typer.Option(metavar="TEXT", help="The customer's member number")]
LanguageOption = Annotated[Language | None, typer.Option(help="In which the customer is addressed")]
TimeZone = Annotated[
    str | None, typer.Option(metavar="ZONE", help="Where the customer is, such as Asia/Shanghai")
]
CallHours = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SPAN", help="When the customer wishes to be called, there: 18:00-20:00; repeat"
    ),
]
Complainant = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Who complains, if it is somebody else")
]
Demand = Annotated[RemedyKind | None, typer.Option(help="What the customer asks for")]
DemandText = Annotated[str | None, typer.Option(metavar="TEXT", help="The same in words")]
CategoryOption = Annotated[Category | None, typer.Option(help="If a person has judged it already")]
OccurredAt = Annotated[
    datetime | None,
    typer.Option(
        metavar="TIME",
        formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M%z"],
        help="When it happened, with a zone: 2026-03-01T09:30+08:00",
    ),
]
Order = Annotated[str | None, typer.Option(metavar="CODE", help="The order concerned")]
Product = Annotated[str | None, typer.Option(metavar="CODE", help="The product concerned")]
Batch = Annotated[str | None, typer.Option(metavar="CODE", help="The batch of that product")]
Store = Annotated[str | None, typer.Option(metavar="CODE", help="The store concerned")]
Carrier = Annotated[str | None, typer.Option(metavar="CODE", help="The carrier concerned")]
AmountOption = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="The amount involved, such as '129.00 CNY'")
]
RecordedBy = Annotated[str | None, typer.Option(metavar="CODE", help="Who wrote it down")]
ReadBack = Annotated[
    bool | None, typer.Option("--read-back", help="The key facts were repeated to the customer")
]
External = Annotated[
    str | None,
    typer.Option(
        metavar="TIME|CODE",
        help="By when a platform or authority wants its answer: a time with a zone, or the code of"
        " its rule in rules.toml",
    ),
]
Sale = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=VALUE",
        help="What decides about return and guarantee: at=TIME when the customer got it,"
        " remotely=yes, failed-repairs=COUNT; repeat",
    ),
]
LinkedTo = Annotated[
    int | None, typer.Option(metavar="NUMBER", help="The earlier complaint that this one continues")
]
