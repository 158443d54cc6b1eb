"""redress calendar: look at calendars of working time, make them, and check the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from cli import terminal
from cli.calendar_page import days_page, summary, summary_page, year_page
from cli.options import ConfigDir, Output
from cli.program import carry_out
from cli.terminal import Format
from cli.vectors.forms import VectorFile, calendars_of, read_vectors
from cli.vectors.judging import Judged, Judgement, judge
from cli.vectors.report import report, report_page
from domain.chain import calendar_version
from runtime.calendar_file import SUFFIX, find_calendar, load_calendar
from runtime.calendar_form import FIRST_YEAR, LAST_YEAR, YearForm
from runtime.calendar_making import new_calendar, put_into, year_from_table, year_of_country
from runtime.calendar_text import calendar_text
from runtime.main import Exit
from runtime.settings import load_settings
from schemas.calendars import Calendar

CHINA, CHINESE_OFFICE = "CN", "cn-office"

Country = Annotated[str, typer.Argument(help="Two capital letters (ISO 3166), such as CN")]
Year = Annotated[int, typer.Argument(help="The year", min=FIRST_YEAR, max=LAST_YEAR)]
Table = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="An official day table; China needs one"),
]
OverridesFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="What the company changes")
]
Into = Annotated[Path | None, typer.Option(metavar="FILE", help="Put the year into this calendar")]
Like = Annotated[
    str | None, typer.Option(metavar="NAME", help="Take hours and zone of this calendar")
]
Zone = Annotated[str | None, typer.Option(help="An IANA name such as Europe/Berlin")]
Subdivision = Annotated[str | None, typer.Option(help="A part of the country")]

app = typer.Typer(
    name="calendar", no_args_is_help=True, help="Calendars of working time: look, make, check."
)


class Making(NamedTuple):
    """The year that is to be made, and what of."""

    country: str
    year: int
    table: Path | None
    overrides: Path | None
    subdivision: str | None


@app.command("show")
def show_calendar(
    name: Annotated[str, typer.Argument(help="A calendar of --config-dir, or a file")],
    year: Annotated[int | None, typer.Argument(help="A year, day by day")] = None,
    config_dir: ConfigDir = None,
    output: Output = None,
) -> None:
    """Show a calendar: its hours and the years that it knows, or the days of one year.

    Example: redress calendar show cn-office 2026
    """
    carry_out(_show(name, year, config_dir, output))


@app.command()
def build(
    *,
    country: Country,
    year: Year,
    table: Table = None,
    overrides: OverridesFile = None,
    into: Into = None,
    like: Like = None,
    zone: Zone = None,
    subdivision: Subdivision = None,
    config_dir: ConfigDir = None,
) -> None:
    """Make a calendar of a year from an official day table, or from known public holidays.

    It is printed, or put into a calendar that stands with --into.

    Example: redress calendar build CN 2026 --from 2026.json --into config/calendars/cn-office.toml
    """
    country = country.upper()
    if country == CHINA and table is None:
        raise typer.BadParameter(
            "for China only the official day table counts; name it with --from"
        )
    if not (into or like or zone or country == CHINA):
        raise typer.BadParameter("name the zone with --zone, or a calendar to follow with --like")

    making = Making(country, year, table, overrides, subdivision)
    carry_out(_put(making, into) if into else _print(making, zone, like, config_dir))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Files of test vectors (sla_vectors/1)")],
    config_dir: ConfigDir = None,
    output: Output = None,
) -> None:
    """Compute test vectors with our own arithmetic, and tell where the answers differ.

    Vectors that name no calendar are about official days in China, as cn-office knows them. The
    exit code is 1 if an answer is wrong.

    Example: redress calendar check elapsed.json add_time.json
    """
    vectors = {file: read_vectors(file) for file in files}
    carry_out(_check(vectors, config_dir, output))


async def _put(making: Making, into: Path) -> None:
    put_into(into, making.year, _made(making))
    version = calendar_version(load_calendar(into))
    terminal.say(f"{into} knows {making.year} now; its version is {version}.")


async def _print(
    making: Making, zone: str | None, like: str | None, config_dir: Path | None
) -> None:
    followed = like or (CHINESE_OFFICE if making.country == CHINA else None)
    model = _file(followed, config_dir) if followed else None
    made = new_calendar(making.year, _made(making), zone, model)
    typer.echo(calendar_text(made), nl=False)


def _made(making: Making) -> YearForm:
    """Return the year from its official table, or else from the public holidays of the country."""
    country, year, table, overrides, subdivision = making
    if table:
        return year_from_table(year, table, overrides)
    return year_of_country(year, country, subdivision, overrides)


async def _show(
    name: str, year: int | None, config_dir: Path | None, output: Format | None
) -> None:
    calendar = load_calendar(_file(name, config_dir))
    found = summary(calendar) if year is None else year_page(calendar, year)
    if output is Format.JSON:
        terminal.show_json(found)
    elif year is None:
        terminal.show(*summary_page(found))
    else:
        terminal.show(*days_page(found))


async def _check(
    files: Mapping[Path, VectorFile], config_dir: Path | None, output: Format | None
) -> int:
    official = load_calendar(_file(CHINESE_OFFICE, config_dir))
    judged = {str(file): list(_judged(content, official)) for file, content in files.items()}
    everything = [each for found in judged.values() for each in found]
    if output is Format.JSON:
        terminal.show_json(report(judged))
    else:
        terminal.show(*report_page(judged))
    wrong = any(each.judgement is Judgement.DISAGREE for each in everything)
    return Exit.FAILED if wrong else Exit.OK


def _judged(content: VectorFile, official: Calendar) -> Iterator[Judged]:
    calendars = calendars_of(content)
    for vector in content.vectors:
        yield judge(vector, calendars[vector.calendar] if vector.calendar else official)


def _file(name: str, config_dir: Path | None) -> Path:
    """Return the file of a calendar, which may be named by itself or by its place."""
    if name.endswith(SUFFIX):
        return Path(name)
    return find_calendar(load_settings(config_dir=config_dir).config_dir, name)
