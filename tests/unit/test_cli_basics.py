"""The habits that every command keeps: help, usage errors, formats, and where output goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from cli import options, terminal
from cli.options import parse_actor, person
from cli.reading import read_object, read_text
from runtime.main import Exit
from schemas.commands import Actor
from schemas.vocabulary import Department, Role
from tests.support.program import Program

COMMANDS = [
    ["up"],
    ["worker"],
    ["doctor"],
    ["demo"],
    ["triage"],
    ["open"],
    ["import"],
    ["list"],
    ["show"],
    ["clock"],
    ["inbox"],
    ["send"],
    ["notices"],
    ["collect"],
    ["db", "migrate"],
    ["db", "status"],
    ["policy", "check"],
    ["policy", "backtest"],
    ["calendar", "show"],
    ["calendar", "build"],
    ["calendar", "check"],
]


def words_of(text: str) -> str:
    return " ".join(text.split())


# ---- Help ---------------------------------------------------------------------------------------


def test_the_program_lists_its_commands_and_exit_codes(program: Program) -> None:
    result = program.run("--help")
    assert result.exit_code == 0
    for command, *_ in COMMANDS:
        assert f"\n  {command} " in result.output
    assert "Exit codes: 0 done, 1 failed, 2 wrong usage" in words_of(result.output)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(
    program: Program, command: list[str]
) -> None:
    result = program.run(*command, "--help")
    assert result.exit_code == 0
    said = words_of(result.output)
    assert "Example: " in said
    assert f"redress {' '.join(command)}" in said.partition("Example: ")[2]


@pytest.mark.parametrize(
    ("command", "option", "variable"),
    [
        (["list"], "--owner", "REDRESS_LIST_OWNER"),
        (["db", "migrate"], "--dry-run", "REDRESS_DB_MIGRATE_DRY_RUN"),
        (["send"], "--as", "REDRESS_AS"),
        (["triage"], "--config-dir", "REDRESS_CONFIG_DIR"),
        (["doctor"], "--data-dir", "REDRESS_DATA_DIR"),
    ],
)
def test_help_names_the_environment_variable_of_an_option(
    program: Program, command: list[str], option: str, variable: str
) -> None:
    said = words_of(program.run(*command, "--help").output)
    assert option in said
    assert variable in said


def test_the_switch_for_tests_is_not_shown(program: Program) -> None:
    assert "time-skipping" not in program.run("up", "--help").output


def test_without_a_command_the_help_is_shown(program: Program) -> None:
    assert "Usage: redress" in program.run().output


# ---- Usage errors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fly"], "No such command 'fly'"),
        (["list", "--stage", "lost"], "'lost' is not one of 'received'"),
        (["show"], "Missing argument"),
        (["show", "0"], "number"),
        (["inbox", "kitchen"], "kitchen"),
        (["import", "x.csv"], "Missing option '--mapping'"),
        (["import", "x.csv", "--mapping", "m", "--patience", "soon"], "'soon' is no duration"),
        (["triage"], "give either the text itself, or --file with its place"),
        (["triage", "x", "--file", "y"], "give either the text itself, or --file"),
        (["triage", "--file", "nowhere.txt"], "nowhere.txt cannot be read: No such file"),
        (["send"], "name the complaint and the command"),
        (["send", "1", "fly"], "there is no command 'fly'; see redress send --list"),
        (["send", "1", "reply", "--signal"], "reply is not taken as a signal; leave --signal out"),
        (["send", "1", "reply", "text"], "'text' is no field; write KEY=VALUE"),
        (["send", "1", "propose", "options=[1"], "options is no JSON"),
        (["send", "1", "reply", "--as", "boss:b-1"], "'boss:b-1' names nobody"),
        (["send", "1", "reply", "--as", "agent:Li Lei"], "'agent:Li Lei' names nobody"),
        (["send", "1", "reply", "--as", "department:kitchen:k"], "'kitchen' is no department"),
    ],
)
def test_wrong_usage_says_how_to_mend_it(program: Program, words: list[str], said: str) -> None:
    result = program.run(*words)
    assert result.exit_code == Exit.USAGE
    assert said in words_of(result.stderr)
    assert result.stdout == ""


def test_settings_that_cannot_be_are_wrong_usage(program: Program) -> None:
    result = program.run("doctor", REDRESS_DATABASE_URL="mysql://x")
    assert result.exit_code == Exit.USAGE
    assert "REDRESS_DATABASE_URL: write postgresql://" in result.stderr


# ---- Formats and places -------------------------------------------------------------------------


def test_a_format_may_stand_before_or_after_the_command(program: Program) -> None:
    before = program.run("-o", "json", "list")
    after = program.run("list", "-o", "json")
    variable = program.run("list", REDRESS_OUTPUT="json")
    assert before.stdout == after.stdout == variable.stdout == "[]\n"


def test_what_stands_after_the_command_counts_more(program: Program) -> None:
    assert program.run("-o", "json", "list", "-o", "table").stdout != "[]\n"


def test_a_table_in_a_pipe_has_no_colours(program: Program) -> None:
    assert "\x1b" not in program.run("send", "--list").stdout


def test_cells_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show(terminal.table(("what",), [("[bold]x[/bold] [y]",)]))
    assert "[bold]x[/bold] [y]" in capsys.readouterr().out


def test_what_people_are_told_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("hello [you]")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "hello [you]\n")


# ---- Actors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("agent:agent-07", Actor(id="agent-07", role=Role.AGENT)),
        ("customer:c", Actor(id="c", role=Role.CUSTOMER)),
        (
            "department:warehouse:wh-3",
            Actor(id="wh-3", role=Role.DEPARTMENT, department=Department.WAREHOUSE),
        ),
    ],
)
def test_an_actor_is_a_role_and_a_code(text: str, actor: Actor) -> None:
    assert parse_actor(text) == actor


def test_whoever_runs_the_program_gets_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "Li Lei@shop")
    assert person() == "Li-Lei-shop"
    assert options.myself() == "agent:Li-Lei-shop"


def test_an_account_without_a_name_is_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert person() == "somebody"


# ---- Files --------------------------------------------------------------------------------------


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"\xff")
    with pytest.raises(typer.BadParameter, match="is not encoded as UTF-8; convert it"):
        read_text(file)


@pytest.mark.parametrize(
    ("content", "said"), [("{", "is no JSON"), ("[1]", "holds no JSON object")]
)
def test_a_file_that_is_no_object_is_told(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "fields.json"
    file.write_text(content)
    with pytest.raises(typer.BadParameter, match=said):
        read_object(file)


# ---- Commands that need no servers --------------------------------------------------------------


def test_a_policy_is_checked(program: Program) -> None:
    found = program.json("policy", "check")
    assert found["valid"] is True
    assert found["policy"]["targets"]["safety"]["reply"] == "P1D"
    shown = program.run("policy", "check").stdout
    assert f"is valid; its version is {found['version']}" in words_of(shown)
    assert "safety" in shown


def test_the_mistakes_of_a_policy_are_told(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('[targets]\nsafety = { reply = "soon", solution = "48h" }\n')
    result = program.run("policy", "check", str(file))
    assert result.exit_code == Exit.FAILED
    assert "line 2, targets.safety.reply: 'soon' is no duration" in words_of(result.stderr)
    assert result.stdout == ""


def test_triage_explains_itself(program: Program) -> None:
    shown = program.run("triage", "The parcel is lost, 包裹丢了").stdout
    assert "logistics" in shown
    assert "Category: logistics" in shown
    assert "Severity: moderate" in shown


def test_triage_without_a_word_to_go_by_leaves_it_to_the_owner(program: Program) -> None:
    shown = words_of(program.run("triage", "zzz").stdout)
    assert "Category: other (0 % sure, so the owner decides)" in shown
    assert "argues for" not in shown


def test_triage_reads_files_and_the_input(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "complaint.txt"
    file.write_text("收银员态度恶劣", "utf-8")
    from_file = program.json("triage", "--file", str(file))
    from_input = program.json("triage", "--file", "-", stdin="收银员态度恶劣")
    assert from_file == from_input
    assert from_file["category"] == "service_attitude"
    assert from_file["reasons"][0].keys() == {"word", "points", "category", "severity"}


def test_triage_knows_that_an_authority_is_serious(program: Program) -> None:
    found = program.json("triage", "zzz", "--channel", "authority")
    assert found["severity"] == "major"


def test_a_missing_configuration_is_told(program: Program, tmp_path: Path) -> None:
    result = program.run("triage", "x", "--config-dir", str(tmp_path))
    assert result.exit_code == Exit.FAILED
    assert "does not exist or cannot be read" in words_of(result.stderr)


def test_the_demonstration_is_played(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    async def play(*, as_json: bool) -> int:
        asked.append(as_json)
        return 1 if len(asked) == 1 else 0

    monkeypatch.setattr("cli.demonstration.play", play)
    assert program.run("demo").exit_code == 1
    assert program.run("demo", "--json").exit_code == 0
    assert program.run("demo", "-o", "json").exit_code == 0
    assert asked == [False, True, True]


def test_a_worker_takes_the_place_of_the_program(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], str]] = []

    def execve(_program: str, words: list[str], environment: dict[str, str]) -> None:
        started.append((words[1:], environment["REDRESS_DATA_DIR"]))

    monkeypatch.setattr("os.execve", execve)
    assert program.run("worker", "--data-dir", "elsewhere").exit_code == 0
    assert started == [(["-m", "worker"], "elsewhere")]


# ---- Without servers ----------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["db", "migrate"], ["db", "status"]])
def test_nothing_running_is_told_with_what_to_do(program: Program, words: list[str]) -> None:
    result = program.run(*words)
    assert result.exit_code == Exit.NOT_READY
    assert "Start one with `redress up`" in result.stderr


def test_the_command_list_of_send_is_data(program: Program) -> None:
    found = {row["command"]: row for row in program.json("send", "--list")}
    assert found["complete_check"]["by"] == ["department"]
    assert found["complete_check"]["signal"] is True
    assert found["reply"] == {
        "command": "reply",
        "fields": [{"name": "text", "type": "text", "required": True}],
        "by": ["agent", "supervisor", "manager"],
        "signal": False,
    }
    assert json.dumps(found)
