"""redress keys: the keys with which doors sign, and who trusts them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.database import find_places
from cli.door import Door, open_door
from cli.options import DataDir, Output, parse_actor, person
from cli.program import carry_out
from cli.terminal import Format, say, show, show_json, table
from runtime.main import Exit, explain
from runtime.settings import Settings, load_settings
from schemas.commands import Actor
from schemas.errors import RedressError
from schemas.keys import PublicKey
from schemas.views import CaseView
from schemas.vocabulary import CommandStatus, Role
from starter.client import ComplaintClient
from starter.signing import add_keys
from store.door_keys import DoorKey, DoorKeys
from store.pool import open_pool
from store.read_model import CaseFilter, ReadModel

app = typer.Typer(name="keys", no_args_is_help=True, help="The keys with which doors sign.")

RUNNING = CaseFilter(completed=False)
PAGE = 500

AsManager = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="manager:ID",
        envvar="REDRESS_AS",
        help="Which manager sends",
        show_default="manager:YOUR-ACCOUNT",
    ),
]


@dataclass(eq=False)
class NoNewKey(RedressError):
    """Every key in REDRESS_SIGNING_KEY is registered already.

    Write another behind it, parted by a blank: `openssl rand -base64 32` makes one.
    """

    code = "no_new_key"


@dataclass(eq=False)
class CasesStranded(RedressError):
    """{count} running cases trust no other key in force, and would take no command any more.

    Run `redress keys spread` first; see `redress keys list`. --force retires the key all the same.
    """

    code = "cases_stranded"
    count: int


@dataclass(frozen=True)
class Records:
    """What the database says about keys and running cases."""

    keys: DoorKeys
    cases: ReadModel


@app.command()
def new(data_dir: DataDir = None, output: Output = None) -> None:
    """Make a signing key for this door, and register it.

    Keys in REDRESS_SIGNING_KEY are registered instead. New cases trust it from now on; doors go on
    signing with their oldest key until that is retired.

    Example: redress keys new
    """
    carry_out(_new(data_dir, output))


@app.command(name="list")
def list_keys(data_dir: DataDir = None, output: Output = None) -> None:
    """List the registered keys, and how many running cases trust each.

    Example: redress keys list
    """
    carry_out(_list(data_dir, output))


@app.command()
def spread(sender: AsManager = None, data_dir: DataDir = None, output: Output = None) -> None:
    """Have every running case trust the keys in force, and no others.

    Cases that believed everybody believe signed commands only from then on. The exit code is 5 if a
    case refuses; sending again is harmless.

    Example: redress keys spread --as manager:m-1
    """
    carry_out(_spread(parse_actor(sender or f"{Role.MANAGER}:{person()}"), data_dir, output))


@app.command()
def retire(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key; see redress keys list")],
    force: Annotated[bool, typer.Option("--force", help="Even if cases would be cut off")] = False,
    data_dir: DataDir = None,
) -> None:
    """Retire a key: new cases do not trust it, and doors do not sign with it.

    Running cases trust it until the next spread. Programs that hold a door open must open it anew.

    Example: redress keys retire 0123456789abcdef
    """
    carry_out(_retire(key_id, data_dir, force=force))


async def _new(data_dir: Path | None, output: Format | None) -> None:
    settings = load_settings(data_dir=data_dir)
    async with _records(settings) as records:
        made = await add_keys(settings, records.keys)
    if not made:
        raise NoNewKey
    if output is Format.JSON:
        show_json([key.model_dump() for key in made])
        return
    for key in made:
        show(f"Door key {key.id} is registered. New cases trust it.")
    say("For running cases: redress keys spread")


async def _list(data_dir: Path | None, output: Format | None) -> None:
    async with _records(load_settings(data_dir=data_dir)) as records:
        found = await records.keys.all()
        trusting = [view.keys async for view in _running(records.cases)]
    counts = [sum(key.public.id in ids for ids in trusting) for key in found]
    believing = sum(not ids for ids in trusting)
    if output is Format.JSON:
        rows = [_described(key, count) for key, count in zip(found, counts, strict=True)]
        show_json({"keys": rows, "cases_without_keys": believing})
        return
    cells = [
        (key.public.id, f"{key.created_at:%Y-%m-%d %H:%M}Z", _state(key), str(count))
        for key, count in zip(found, counts, strict=True)
    ]
    show(table(("key", "registered", "state", "running cases that trust it"), cells))
    if believing:
        say(f"{believing} running cases believe everybody; mend it with redress keys spread.")


async def _spread(by: Actor, data_dir: Path | None, output: Format | None) -> int:
    async with open_door(data_dir) as door:
        keys = await door.register.trusted_keys()
        wanted = sorted(key.id for key in keys)
        behind = [view async for view in _running(door.client) if sorted(view.keys) != wanted]
        faults = [fault for view in behind if (fault := await _tell(door, view, keys, by))]
    told = len(behind) - len(faults)
    if output is Format.JSON:
        show_json({"told": told, "failed": faults})
    else:
        show(f"{told} running cases trust {', '.join(wanted)} now.")
    for fault in faults:
        say(fault)
    return Exit.CONFLICT if faults else Exit.OK


async def _tell(door: Door, view: CaseView, keys: Sequence[PublicKey], by: Actor) -> str | None:
    """Tell a case which keys to trust; return why it does not, one case being no reason to stop."""
    try:
        answer = await door.client.trust_keys(view.number, keys, by=by)
    except RedressError as error:
        return f"complaint {view.number}: {explain(error)}"
    if answer.status is CommandStatus.REFUSED:
        return f"complaint {view.number}: {answer.explanation}"
    return None


async def _retire(key_id: str, data_dir: Path | None, *, force: bool) -> None:
    async with _records(load_settings(data_dir=data_dir)) as records:
        known = await records.keys.all()
        others = [k.public.id for k in known if k.is_in_force and k.public.id != key_id]
        trusting = [view.keys async for view in _running(records.cases)]
        stranded = sum(key_id in ids and not any(i in others for i in ids) for ids in trusting)
        if stranded and others and not force:
            raise CasesStranded(stranded)
        await records.keys.retire(key_id)
    show(f"Door key {key_id} is retired. Running cases forget it with: redress keys spread")


async def _running(cases: ComplaintClient | ReadModel) -> AsyncIterator[CaseView]:
    """Yield the running cases, as far as the read model knows."""
    after = 0
    while page := await cases.cases(RUNNING, limit=PAGE, after=after):
        for view in page:
            yield view
        after = page[-1].number


@asynccontextmanager
async def _records(settings: Settings) -> AsyncIterator[Records]:
    """Open what the database says; a door without a key could not be opened."""
    pool = await open_pool(find_places(settings).database_url, size=1)
    try:
        yield Records(DoorKeys(pool), ReadModel(pool))
    finally:
        await pool.close()


def _state(key: DoorKey) -> str:
    return "in force" if key.retired_at is None else f"retired {key.retired_at:%Y-%m-%d %H:%M}Z"


def _described(key: DoorKey, count: int) -> dict[str, object]:
    retired_at = key.retired_at.isoformat() if key.retired_at else None
    return {
        **key.public.model_dump(),
        "created_at": key.created_at.isoformat(),
        "retired_at": retired_at,
        "running_cases": count,
    }
