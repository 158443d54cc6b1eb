"""redress policy backtest: what another policy would have made of cases that are over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from cli.backtest_page import backtest_page, document
from cli.options import ConfigDir, DataDir, Output
from cli.period import From, Period, To
from cli.program import carry_out
from cli.terminal import Format, say, show, show_json
from domain.chain import policy_version
from domain.differences import Differences
from domain.foreign import ForeignCase, told_under
from domain.rerun import recorded, rerun
from runtime.policy_file import load_policy
from runtime.run_file import find_setup
from runtime.settings import load_settings
from schemas.events import Envelope
from schemas.policy import Policy
from starter.event_log import EventLog, read_event_log
from starter.event_log_form import load_log_mapping
from store.journal import Journal
from store.pool import open_pool

NOTHING: Mapping[str, object] = MappingProxyType({})

NewPolicy = Annotated[Path, typer.Argument(metavar="NEW.toml", help="The policy to try")]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="An event log of another system; needs no servers"),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(metavar="MAP.toml", help="What its columns and activities mean"),
]


def backtest(
    *,
    new: NewPolicy,
    since: From = None,
    until: To = None,
    csv: Csv = None,
    mapping: MappingFile = None,
    config_dir: ConfigDir = None,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Tell recorded cases anew under another policy, and what would have differed.

    The cases are those of the journal, as they were, or those of another system's event log under
    the policy of --config-dir. Nothing is changed and no personal data opened.

    Example: redress policy backtest config/policy.toml --from 2026-03-01 --to 2026-04-01
    """
    if (csv is None) is not (mapping is None):
        raise typer.BadParameter("--csv and --mapping belong together; give both or none")
    period = Period(since, until)
    if csv is None or mapping is None:
        carry_out(_of_journals(new, period, config_dir, data_dir, output))
    carry_out(_of_log(new, period, csv, mapping, config_dir, output))


async def _of_journals(
    new: Path,
    period: Period,
    config_dir: Path | None,
    data_dir: Path | None,
    output: Format | None,
) -> None:
    home = load_settings(config_dir=config_dir).config_dir
    policy, found = load_policy(new, home), Differences()
    now = datetime.now(UTC)
    async with open_journal(data_dir) as journal:
        async for case in case_by_case(journal.stream_all()):
            if period.includes(case[0].occurred_at):
                number = str(case[0].complaint)
                found.add(number, recorded(case, policy), rerun(case, policy, now))
    _print(found, {"new": _named(new, policy), "old": "as recorded"}, output)


async def _of_log(
    new: Path,
    period: Period,
    csv: Path,
    mapping: Path,
    config_dir: Path | None,
    output: Format | None,
) -> None:
    home = load_settings(config_dir=config_dir).config_dir
    old = home / "policy.toml"
    log = read_event_log(csv, load_log_mapping(mapping))
    year = log.begins_at.year
    policies = load_policy(old, home, year), load_policy(new, home, year)
    say(f"{csv} has {log.counts.cases:,} cases; each is told twice.")
    found = Differences()
    for case in log.cases:
        if period.includes(case.entries[0].at):
            _compare(found, case, policies, log)
    about = {"new": _named(new, policies[1]), "old": _named(old, policies[0])}
    _print(found, about, output, {"log": {"file": str(csv), **asdict(log.counts)}})


def _compare(
    found: Differences, case: ForeignCase, policies: tuple[Policy, Policy], log: EventLog
) -> None:
    before, after = (told_under(case, policy, log.ends_at) for policy in policies)
    found.add(case.name, before, after)


@asynccontextmanager
async def open_journal(data_dir: Path | None) -> AsyncIterator[Journal]:
    """Open the journal of the running set-up; raises what is wrong with it."""
    setup = find_setup(load_settings(data_dir=data_dir))
    pool = await open_pool(setup.database_url, size=2)
    try:
        yield Journal(pool)
    finally:
        await pool.close()


async def case_by_case(envelopes: AsyncIterator[Envelope]) -> AsyncIterator[list[Envelope]]:
    """Yield the events of one complaint after the other, so that only one is in memory."""
    case: list[Envelope] = []
    async for envelope in envelopes:
        if case and case[0].complaint != envelope.complaint:
            yield case
            case = []
        case.append(envelope)
    if case:
        yield case


def _named(file: Path, policy: Policy) -> dict[str, str]:
    return {"file": str(file), "version": policy_version(policy)}


def _print(
    found: Differences,
    policies: Mapping[str, object],
    output: Format | None,
    more: Mapping[str, object] = NOTHING,
) -> None:
    shown = {"policies": policies, **more, **document(found)}
    if output is Format.JSON:
        show_json(shown)
    else:
        show(*backtest_page(shown))
