"""redress policy: look at the policy of the business before it is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.backtest import backtest
from cli.options import ConfigDir, Output
from cli.program import carry_out
from cli.terminal import Format, show, show_json, table
from domain.chain import policy_version
from runtime.policy_file import load_policy
from runtime.settings import load_settings
from schemas.policy import Policy

app = typer.Typer(
    name="policy", no_args_is_help=True, help="Check and try the policy of the business."
)
app.command()(backtest)


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The file", show_default="policy.toml of --config-dir")
    ] = None,
    config_dir: ConfigDir = None,
    output: Output = None,
) -> None:
    """Read a policy, and tell every mistake in it with key, line and remedy.

    Example: redress policy check config/policy.toml
    """
    carry_out(_check(file, config_dir, output))


async def _check(file: Path | None, config_dir: Path | None, output: Format | None) -> None:
    settings = load_settings(config_dir=config_dir)
    chosen = file or settings.config_dir / "policy.toml"
    policy = load_policy(chosen, settings.config_dir)
    version = policy_version(policy)
    if output is Format.JSON:
        document = {"file": str(chosen), "version": version, "valid": True}
        show_json(document | {"policy": policy.model_dump(mode="json")})
    else:
        says = f"{chosen} is valid; its version is {version}."
        show(_targets(policy), *_years(policy), says)


def _years(policy: Policy) -> Iterator[str]:
    """Yield which years travel with each calendar of the policy, so that one is added in time."""
    for calendar in policy.calendars:
        years = ", ".join(map(str, calendar.years)) or "no year; its clocks will count plain hours"
        yield f"The calendar {calendar.name} travels with it for {years}."


def _targets(policy: Policy) -> Table:
    rows = [
        (category, str(targets.reply), str(targets.solution))
        for category, targets in policy.targets.items()
    ]
    return table(("category", "reply within", "solution within"), rows)
