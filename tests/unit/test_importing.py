"""Importing CSV files: every row becomes a complaint or is listed with a reason, once."""

from __future__ import annotations

import asyncio
import csv
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from schemas.commands import Actor
from schemas.law import Law
from starter import rejects
from starter.complaint import NewComplaint
from starter.hygiene import LONGEST
from starter.importing import IN_FLIGHT, DryRun, ImportJob, Opens, Tally, import_file
from starter.intake import Receipt
from starter.mapping import RowMapping
from starter.outage import Patience
from starter.rows import ImportFileUnusable, read_rows
from store.errors import StoreUnavailable
from tests.support.imports import (
    EXAMPLES,
    LAW,
    NOW,
    PLAIN_MAPPING,
    TwinDoor,
    example_mapping,
    mapping_from,
)

TIMED_MAPPING = PLAIN_MAPPING + (
    '[time]\nvalue = "{at}"\nformats = ["%Y-%m-%d"]\nzone = "Asia/Shanghai"\n'
)


class Bench:
    """Writes files and imports them, as one person would."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "complaints.csv"
        self.rejected = directory / "complaints.rejected.csv"
        self.directory = directory
        self.door = TwinDoor()
        self.stop = asyncio.Event()
        self.said: list[str] = []
        self.waits: list[float] = []
        self.now = 0.0

    def write(self, content: str | bytes) -> None:
        data = content if isinstance(content, bytes) else content.encode()
        self.file.write_bytes(data)

    async def run(
        self,
        content: str | bytes | None = None,
        mapping: RowMapping | None = None,
        *,
        limit: int | None = None,
        as_received: bool = False,
        door: Opens | None = None,
        patience: float = 300,
    ) -> Tally:
        if content is not None:
            self.write(content)
        job = ImportJob(self.file, mapping or mapping_from(self.directory), limit, as_received)
        tally = Tally()
        waiting = Patience(
            timedelta(seconds=patience), self.said.append, self.stop, lambda: self.now, self.pause
        )
        await import_file(job, door or self.door, tally, waiting, self.stop)
        return tally

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def reasons(self) -> list[tuple[str, str]]:
        """Return line and reason of each rejected row."""
        with self.rejected.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            return [(row["line"], row["reason"]) for row in csv.DictReader(file)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def counts(tally: Tally) -> tuple[int, int, int]:
    return tally.new, tally.known, tally.rejected


# ---- Rows of a file -----------------------------------------------------------------------------


def test_cells_may_hold_quotes_commas_and_new_lines() -> None:
    rows = list(read_rows(StringIO('a,b\r\n"x ""y""","1\n2, 3"\r\n\r\n', newline="")))
    assert [row.cells for row in rows] == [("a", "b"), ('x "y"', "1\n2, 3")]
    assert [row.line for row in rows] == [1, 2]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_only() -> None:
    text = 'a,b\n1,"open\n2,fine\n3,"sha"bby\n4,"also\nfine"\n5,"open again'
    rows = list(read_rows(StringIO(text, newline="")))
    assert [(row.line, row.cells, row.problem is None) for row in rows] == [
        (1, ("a", "b"), True),
        (2, ('1,"open',), False),
        (3, ("2", "fine"), True),
        (4, ('3,"sha"bby',), False),
        (5, ("4", "also\nfine"), True),
        (7, ('5,"open again',), False),
    ]


def test_a_line_without_end_is_not_read_whole() -> None:
    class Endless:
        """An endless line of which a piece at a time is read."""

        pieces = 3

        def readline(self, limit: int = -1, /) -> str:
            assert limit > 0
            self.pieces -= 1
            return "x" * limit if self.pieces >= 0 else ""

    rows = list(read_rows(Endless()))
    assert all(row.problem is not None for row in rows)


# ---- What becomes of rows -----------------------------------------------------------------------


async def test_every_row_becomes_a_complaint(bench: Bench) -> None:
    tally = await bench.run("id,text\n1,late\n2,broken\n")
    assert counts(tally) == (2, 0, 0)
    assert tally.is_finished
    assert tally.share == 1.0
    assert {await bench.door.text_of(number) for number in (1, 2)} == {"late", "broken"}
    assert sorted(bench.door.temporal.started) == ["complaint-1", "complaint-2"]
    assert not bench.rejected.exists()


async def test_importing_again_changes_nothing(bench: Bench) -> None:
    await bench.run("id,text\n1,late\n2,broken\n")
    assert counts(await bench.run()) == (0, 2, 0)
    assert len(bench.door.memory.register) == 2


async def test_a_row_changed_since_is_a_conflict(bench: Bench) -> None:
    await bench.run("id,text\n1,late\n")
    assert counts(await bench.run("id,text\n1,very late\n2,new\n")) == (1, 0, 1)
    [(line, reason)] = bench.reasons()
    assert line == "2"
    assert "test sent 1 before with another body; it is complaint 1" in reason


async def test_two_rows_with_one_key_are_told_from_a_row_that_stands_twice(bench: Bench) -> None:
    rows = "".join(f"{number},filler\n" for number in range(100, 100 + IN_FLIGHT))
    tally = await bench.run(f"id,text\n1,late\n{rows}1,late\n1,other\n")
    assert counts(tally) == (IN_FLIGHT + 1, 1, 1)


async def test_bad_rows_are_listed_and_the_rest_goes_on(bench: Bench) -> None:
    long = "x" * (LONGEST + 1)
    tally = await bench.run(
        b'id,text\n1,\n2,ok\n3,nul\x00\n4,bad \xff byte\n5,ok,more\n6\n7 8,ok\n9,"bro"ken\n10,'
        + long.encode()
        + b"\n11,ok\n"
    )
    assert counts(tally) == (2, 0, 8)
    reasons = dict(bench.reasons())
    assert reasons["2"] == "content: the text is empty. Say something."
    assert "control characters" in reasons["4"]
    assert "content: the text holds control characters or broken encoding" in reasons["5"]
    assert "the row has 3 cells, the header has 2" in reasons["6"]
    assert "the row has 1 cells, the header has 2" in reasons["7"]
    assert "source_key: this is no code" in reasons["8"]
    assert "quotation marks do not match" in reasons["9"]
    assert f"the text has {LONGEST + 1} characters" in reasons["10"]


async def test_a_rejected_row_is_written_as_it_was(bench: Bench) -> None:
    await bench.run(b'id,text\n4,"bad \xff\nbyte"\n')
    assert bench.rejected.read_bytes().splitlines()[0] == b"\xef\xbb\xbfreason,line,id,text"
    assert b'2,4,"bad \xff\nbyte"' in bench.rejected.read_bytes()
    assert stat.S_IMODE(bench.rejected.stat().st_mode) == 0o600


async def test_rejected_rows_can_be_mended_and_imported(bench: Bench) -> None:
    await bench.run("id,text\n1,\n2,ok\n")
    mended = bench.rejected.read_text("utf-8-sig").replace("1,", "1,mended")
    assert counts(await bench.run(mended)) == (1, 0, 0)
    assert await bench.door.text_of(2) == "mended"


async def test_the_list_is_made_anew_by_each_run(bench: Bench) -> None:
    await bench.run("id,text\n1,\n2,\n")
    await bench.run("id,text\n1,\n2,ok\n")
    assert [line for line, _ in bench.reasons()] == ["2"]
    await bench.run("id,text\n1,ok\n2,ok\n")
    assert [file.name for file in bench.directory.glob("*.csv*")] == ["complaints.csv"]


async def test_only_one_import_of_a_file_runs_at_a_time(bench: Bench) -> None:
    with (
        rejects.open_rejects(bench.rejected, ("id", "text"), "utf-8"),
        pytest.raises(ImportFileUnusable, match="another import of this file is running"),
    ):
        await bench.run("id,text\n1,ok\n")


async def test_a_list_that_cannot_be_written_is_told(bench: Bench, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "complaints.rejected.csv"
    with (
        pytest.raises(ImportFileUnusable, match="it cannot be written: No such file"),
        rejects.open_rejects(missing, ("id",), "utf-8"),
    ):
        pass


async def test_a_limit_counts_rows_from_the_top(bench: Bench) -> None:
    tally = await bench.run("id,text\n1,\n2,b\n3,c\n4,d\n", limit=3)
    assert counts(tally) == (2, 0, 1)
    assert tally.is_finished


async def test_an_erased_person_stays_known(bench: Bench) -> None:
    await bench.run("id,text\n1,late\n")
    await bench.door.vault.destroy(bench.door.memory.register[1].complaint_id)
    assert counts(await bench.run()) == (0, 1, 0)


async def test_a_wide_file_is_never_held_whole(bench: Bench) -> None:
    busy = most = 0

    class Watching:
        """Counts how many rows are on their way at once."""

        async def open(
            self, _complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
        ) -> Receipt:
            nonlocal busy, most
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0)
            busy -= 1
            return Receipt(1, is_new=True, received_at=NOW)

    tally = await bench.run("id,text\n" + "".join(f"{n},x\n" for n in range(500)), door=Watching())
    assert tally.new == 500
    assert most == IN_FLIGHT


# ---- Times --------------------------------------------------------------------------------------


async def test_clocks_start_at_import_unless_told_otherwise(bench: Bench) -> None:
    mapping = mapping_from(bench.directory, TIMED_MAPPING)
    await bench.run("id,text,at\n1,late,2026-03-01\n", mapping)
    entry = bench.door.memory.register[1]
    assert entry.received_at == NOW
    assert entry.opening.occurred_at == datetime(2026, 2, 28, 16, tzinfo=UTC)


async def test_as_received_dates_clocks_back_to_the_row(bench: Bench) -> None:
    mapping = mapping_from(bench.directory, TIMED_MAPPING)
    content = "id,text,at\n1,late,2026-03-01\n2,late,\n3,late,2999-01-01\n"
    tally = await bench.run(content, mapping, as_received=True)
    assert counts(tally) == (1, 0, 2)
    assert bench.door.memory.register[1].received_at == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert [reason.split(". ")[0] for _, reason in bench.reasons()] == [
        "received_at: the row has no time",
        "received_at: the time lies before 1990 or in the future",
    ]


async def test_a_row_is_known_whichever_way_it_was_dated(bench: Bench) -> None:
    mapping = mapping_from(bench.directory, TIMED_MAPPING)
    await bench.run("id,text,at\n1,late,2026-03-01\n", mapping)
    assert counts(await bench.run(mapping=mapping, as_received=True)) == (0, 1, 0)


# ---- Before the first row -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty; its first row names the columns"),
        ('id,"text\n1,x\n', "line 1: its quotation marks do not match"),
        ("id,text,id\n1,x,2\n", "it has two columns 'id'; rename one"),
        ("id,words\n1,x\n", "fields.content: the file has no column 'text'"),
        ("编号,内容\n1,x\n".encode("gb18030"), "set encoding and delimiter to those of the file"),
    ],
)
async def test_a_file_that_does_not_fit_is_refused_at_once(
    bench: Bench, content: str | bytes, said: str
) -> None:
    with pytest.raises(ImportFileUnusable) as error:
        await bench.run(content)
    assert said in str(error.value)
    assert bench.door.memory.register == {}


async def test_a_file_that_is_not_there_is_told(bench: Bench) -> None:
    with pytest.raises(ImportFileUnusable, match="it cannot be read: No such file"):
        await bench.run()


async def test_as_received_needs_to_know_when(bench: Bench) -> None:
    with pytest.raises(ImportFileUnusable, match="the mapping does not say when rows came"):
        await bench.run("id,text\n1,x\n", as_received=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_files_in_usual_encodings(bench: Bench, encoding: str) -> None:
    text = f'encoding = "{encoding}"\n' + PLAIN_MAPPING
    content = "\ufeff" * (encoding == "utf-8") + "id,text\n1,迟到\n"
    tally = await bench.run(content.encode(encoding), mapping_from(bench.directory, text))
    assert counts(tally) == (1, 0, 0)
    assert await bench.door.text_of(1) == "迟到"


# ---- Outages and interruptions ------------------------------------------------------------------


class Failing(TwinDoor):
    """A door whose store is away for some calls, or until told."""

    def __init__(self, fails: Callable[[], bool]) -> None:
        super().__init__()
        self._fails = fails

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        if self._fails():
            raise StoreUnavailable("away")
        return await super().open(complaint, by=by, received_at=received_at)


async def test_an_outage_of_the_store_is_waited_for_and_told_once(bench: Bench) -> None:
    door = Failing(lambda: 5 < bench.now < 60)
    bench.now = 6
    tally = await bench.run("id,text\n1,a\n2,b\n3,c\n", door=door)
    assert counts(tally) == (3, 0, 0)
    assert bench.said == [
        "PostgreSQL is away; waiting for it, up to 300 s.",
        "PostgreSQL is back; going on.",
    ]
    assert max(bench.waits) <= 5.0


async def test_a_short_absence_is_no_news(bench: Bench) -> None:
    failures = iter([True])
    tally = await bench.run("id,text\n1,a\n", door=Failing(lambda: next(failures, False)))
    assert counts(tally) == (1, 0, 0)
    assert bench.said == []


async def test_patience_ends_and_says_so(bench: Bench) -> None:
    with pytest.raises(StoreUnavailable):
        await bench.run("id,text\n1,a\n2\n", door=Failing(lambda: True), patience=20)
    assert bench.now > 20
    assert [line for line, _ in bench.reasons()] == ["3"]


async def test_rows_are_accepted_while_temporal_is_away(bench: Bench) -> None:
    bench.door.temporal.away = True
    assert counts(await bench.run("id,text\n1,a\n2,b\n")) == (2, 0, 0)
    assert sorted(bench.door.memory.dispatch) == [1, 2]


async def test_an_import_told_to_stop_finishes_what_is_under_way(bench: Bench) -> None:
    opened = 0

    def fails() -> bool:
        nonlocal opened
        opened += 1
        if opened == IN_FLIGHT:
            bench.stop.set()
        return False

    content = "id,text\n0,\n" + "".join(f"{n},x\n" for n in range(1, 100))
    tally = await bench.run(content, door=(door := Failing(fails)))
    assert not tally.is_finished
    assert tally.done == tally.read < 100
    assert tally.share <= 1
    assert [line for line, _ in bench.reasons()] == ["2"]
    bench.stop.clear()
    again = await bench.run(door=door)
    assert again.is_finished
    assert (again.new + again.known, again.rejected) == (99, 1)
    assert len(door.memory.register) == 99


async def test_waiting_ends_when_told_to_stop(bench: Bench) -> None:
    def fails() -> bool:
        bench.stop.set()
        return True

    bench.write("id,text\n1,a\n")
    job = ImportJob(bench.file, mapping_from(bench.directory))
    patience = Patience(timedelta(hours=1), bench.said.append, bench.stop)
    with pytest.raises(StoreUnavailable):
        await import_file(job, Failing(fails), Tally(), patience, bench.stop)


async def test_a_real_pause_is_cut_short_by_the_wish_to_stop() -> None:
    stop = asyncio.Event()
    attempts = 0

    async def attempt() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 2:
            stop.set()
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        await Patience(timedelta(hours=1), print, stop).through(attempt)
    assert attempts == 2


# ---- The examples -------------------------------------------------------------------------------


@pytest.fixture(params=["comcast", "citizen_messages", "shop"])
def example(request: pytest.FixtureRequest, bench: Bench) -> str:
    bench.write((EXAMPLES / f"{request.param}.csv").read_bytes())
    return str(request.param)


async def test_every_row_of_the_examples_can_be_imported(bench: Bench, example: str) -> None:
    mapping = example_mapping(example)
    dry = await bench.run(mapping=mapping, as_received=True, door=DryRun(LAW))
    assert dry.rejected == 0
    assert bench.door.memory.register == {}
    tally = await bench.run(mapping=mapping)
    assert counts(tally) == (dry.new, 0, 0)
    assert tally.new >= 4


async def test_a_dry_run_refuses_what_a_real_one_refuses(bench: Bench) -> None:
    tally = await bench.run("id,text\n1,\n2 3,x\n4,ok\n", door=DryRun(LAW))
    assert counts(tally) == (1, 0, 2)


RULED = PLAIN_MAPPING + 'external_rule = "{rule}"\n'


@pytest.mark.parametrize("dry", [True, False], ids=["dry run", "real"])
async def test_a_row_whose_rule_sets_no_date_is_rejected_alone(bench: Bench, *, dry: bool) -> None:
    bench.door.now = datetime(2026, 12, 21, 12, tzinfo=UTC)
    tally = await bench.run(
        "id,text,rule\n1,x,cn-x\n2,x,cn-regulator-mediation\n3,x,cn-courier\n4,x,\n",
        mapping=mapping_from(bench.directory, RULED),
        door=DryRun(LAW) if dry else None,
    )
    rejected = bench.rejected.read_text("utf-8")
    assert "There is no rule 'cn-x'" in rejected
    assert "does not know the year 2027" in rejected
    assert counts(tally)[2] == 2


async def test_what_was_accepted_is_known_again_under_other_rules(bench: Bench) -> None:
    mapping = mapping_from(bench.directory, RULED)
    first = await bench.run("id,text,rule\n1,x,cn-courier\n", mapping=mapping)
    assert counts(first) == (1, 0, 0)
    before = bench.door.memory.register[1].opening.law
    assert before is not None
    bench.door.lay_down(Law())
    again = await bench.run("id,text,rule\n1,x,cn-courier\n", mapping=mapping)
    assert counts(again) == (0, 1, 0)
    assert bench.door.memory.register[1].opening.law == before
