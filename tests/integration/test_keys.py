"""`redress keys` on real servers: the first key, and one that follows it while a case runs."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from typing import Any

import pytest

from runtime.embedded.directory import temporary_directory
from runtime.main import Exit
from tests.support.eventually import eventually
from tests.support.redress_up import Redress

pytestmark = pytest.mark.server

LONG = 60.0
"""Seconds: each look is a process of its own."""


@pytest.fixture(scope="module")
async def redress() -> AsyncIterator[Redress]:
    """A set-up that runs while the tests of this module use it, in their order."""
    with temporary_directory() as directory:
        redress = Redress(directory / "data", {})
        async with redress.up() as up:
            await up.places()
            yield redress


async def listed(redress: Redress) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await redress.data("keys", "list"))["keys"]
    return found


async def opened(redress: Redress, content: str) -> str:
    """Open a case and wait until the read model shows it."""
    number = str((await redress.data("open", "--channel", "phone", "--content", content))["number"])
    await eventually(lambda: redress.data("list", "--after", str(int(number) - 1)), bool)
    return number


async def test_a_set_up_begins_with_a_key_for_its_owner_only(redress: Redress) -> None:
    (key,) = await listed(redress)
    assert key["retired_at"] is None
    file = redress.directory / "signing_keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_case_follows_from_one_key_to_the_next(redress: Redress) -> None:
    number = await opened(redress, "The lid is missing")
    (first,) = await listed(redress)
    assert first["running_cases"] == 1

    refused = await redress.run("keys", "retire", first["id"])
    assert (refused.code, "the only one in force" in refused.err) == (Exit.CONFLICT, True)

    (second,) = await redress.data("keys", "new")
    stranded = await redress.run("keys", "retire", first["id"])
    assert (stranded.code, "redress keys spread" in stranded.err) == (Exit.CONFLICT, True)
    assert await redress.data("keys", "spread") == {"told": 1, "failed": []}

    async def spread() -> list[int]:
        return [key["running_cases"] for key in await listed(redress)]

    await eventually(spread, lambda counts: counts == [1, 1], seconds=LONG)
    assert (await redress.run("keys", "retire", first["id"])).code == Exit.OK
    assert await redress.data("keys", "spread") == {"told": 1, "failed": []}
    answer = await redress.data("send", number, "reply", "text=We are looking into it")
    assert answer["status"] == "accepted"
    await eventually(spread, lambda counts: counts == [0, 1], seconds=LONG)
    assert (await redress.data("keys", "spread"))["told"] == 0
    assert [key["id"] for key in await listed(redress)] == [first["id"], second["id"]]


async def test_a_door_with_another_key_is_told_so(redress: Redress) -> None:
    strange = {"REDRESS_SIGNING_KEY": "c3RyYW5nZSBrZXlzIGRvIG5vdCBvcGVuIGRvb3JzISE="}
    said = await redress.run("list", **strange)
    assert (said.code, "No case would believe this door" in said.err) == (Exit.NOT_READY, True)
    assert (await redress.data("keys", "new", **strange))[0]["id"] in said.err
    assert (await redress.run("list", **strange)).code == Exit.OK
    again = await redress.run("keys", "new", **strange)
    assert (again.code, "openssl rand" in again.err) == (Exit.FAILED, True)


async def test_a_key_that_nobody_knows_cannot_be_retired(redress: Redress) -> None:
    said = await redress.run("keys", "retire", "0123456789abcdef")
    assert (said.code, "There is no door key" in said.err) == (Exit.NOT_FOUND, True)


async def test_only_a_manager_spreads_keys(redress: Redress) -> None:
    await opened(redress, "The box is empty")
    await redress.data("keys", "new")
    said = await redress.run("keys", "spread", "--as", "agent:agent-07")
    assert (said.code, "This role may not send this command" in said.err) == (Exit.CONFLICT, True)


async def test_a_department_is_shown_its_token_on_demand(redress: Redress) -> None:
    number = await opened(redress, "The charger is missing")
    question = "question=Was the charger packed?"
    await redress.data("send", number, "request_check", "department=quality", question)
    rows = await eventually(lambda: redress.data("inbox", "quality"), bool, seconds=LONG)
    assert "token" not in rows[0]
    (row,) = await redress.data("inbox", "quality", "--reveal")
    assert row["question"] == "Was the charger packed?"
    assert len(bytes.fromhex(row["token"])) == 16
    table = await redress.run("inbox", "quality", "--reveal")
    assert row["token"] in table.out


async def test_the_doctor_looks_at_the_key(redress: Redress) -> None:
    findings = (await redress.data("doctor"))["findings"]
    (found,) = (each for each in findings if each["part"] == "signing key")
    assert found["state"] == "ok"
