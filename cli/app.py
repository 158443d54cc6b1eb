"""The program `redress`: every command, and what they have in common."""

from __future__ import annotations

import typer

from cli import calendars, database, department_times, keys, policy
from cli.clocks import clock
from cli.demonstration import demo
from cli.doctor import doctor
from cli.importing import import_complaints
from cli.looking import inbox, list_cases, show
from cli.opening import open_complaint
from cli.options import DataDirOfAll, OutputOfAll
from cli.paid import paid
from cli.sending import send
from cli.serving import up, worker
from cli.telling import collect, notices
from cli.triage import triage

app = typer.Typer(
    name="redress",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["--help", "-h"],
        # Every option has an environment variable, which its help names.
        "auto_envvar_prefix": "REDRESS",
        "max_content_width": 100,
    },
)


@app.callback()
def redress(data_dir: DataDirOfAll = None, output: OutputOfAll = None) -> None:
    """Customer complaints that are never lost, never late unnoticed, and explained years later.

    Start with `redress up`; it prints what to try next. Data go to standard output, all else to
    standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not ready, 4 not found,
    5 refused or in conflict.
    """


for command, name in (
    (up, "up"),
    (worker, "worker"),
    (doctor, "doctor"),
    (demo, "demo"),
    (triage, "triage"),
    (open_complaint, "open"),
    (import_complaints, "import"),
    (list_cases, "list"),
    (show, "show"),
    (clock, "clock"),
    (inbox, "inbox"),
    (notices, "notices"),
    (collect, "collect"),
    (send, "send"),
    (paid, "paid"),
):
    app.command(name)(command)
app.add_typer(database.app)
app.add_typer(policy.app)
app.add_typer(calendars.app)
app.add_typer(keys.app)
app.add_typer(department_times.app)


def main() -> None:
    """Run the program."""
    app(prog_name="redress")


if __name__ == "__main__":
    main()
