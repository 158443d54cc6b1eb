"""Options that many commands share, and how their values are read."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import Format
from domain.codes import CODE
from schemas.commands import Actor
from schemas.vocabulary import Department, Role

NOT_IN_CODES = re.compile(r"[^A-Za-z0-9._-]+")


def inherited(ctx: typer.Context, param: typer.CallbackParam, value: object) -> object:
    """Return the value, or else what was given before the command: `redress -o json list`."""
    return ctx.find_root().params.get(str(param.name)) if value is None else value


def parse_actor(text: str) -> Actor:
    """Return "agent:agent-07" or "department:warehouse:wh-3" as an actor; BadParameter else."""
    role, _, rest = text.partition(":")
    department, _, name = rest.partition(":") if role == Role.DEPARTMENT else (None, "", rest)
    if role not in set(Role) or CODE.fullmatch(name) is None:
        remedy = "write ROLE:ID, such as agent:agent-07, or department:warehouse:wh-3"
        raise typer.BadParameter(f"{text!r} names nobody; {remedy}")
    if department is not None and department not in set(Department):
        known = ", ".join(Department)
        raise typer.BadParameter(f"{department!r} is no department; write one of {known}")
    return Actor(
        id=name, role=Role(role), department=Department(department) if department else None
    )


def person() -> str:
    """Return a code for whoever runs the program, from the account's name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""
    return NOT_IN_CODES.sub("-", name).strip("-._") or "somebody"


def myself() -> str:
    """Return who sends when nobody is named."""
    return f"{Role.AGENT}:{person()}"


DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        callback=inherited,
        help="Where the set-up keeps its data [default: REDRESS_DATA_DIR, else .redress]",
        show_default=False,
        show_envvar=False,
    ),
]
Output = Annotated[
    Format | None,
    typer.Option(
        "--output",
        "-o",
        callback=inherited,
        help="A table for people or JSON for programs [default: REDRESS_OUTPUT, else table]",
        show_default=False,
        show_envvar=False,
    ),
]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="ROLE:ID",
        envvar="REDRESS_AS",
        help="Who sends: agent:agent-07, supervisor:s-1, customer:c, department:warehouse:wh-3",
        show_default="agent:YOUR-ACCOUNT",
    ),
]
ConfigDir = Annotated[
    Path | None,
    typer.Option(
        "--config-dir",
        metavar="DIR",
        envvar="REDRESS_CONFIG_DIR",
        help="Where policy.toml, triage.toml and the like are",
        show_default="that of the program",
    ),
]
DataDirOfAll = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Where the set-up keeps its data",
        show_default=".redress",
    ),
]
OutputOfAll = Annotated[
    Format | None,
    typer.Option("--output", "-o", help="A table or JSON", show_default="table"),
]
