"""Rule 8 at the door: a policy is named by its version, and travels in the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.chain import body_hash, policy_version
from domain.codes import holds_plain_text
from runtime.calendar_file import load_calendar, of_years
from schemas.commands import COMMANDS, Command, MigratePolicy
from schemas.lexicon import Folding
from schemas.phrases import Phrases
from schemas.policy import Policy
from schemas.vocabulary import Channel
from starter.complaint import NewComplaint
from starter.composing import By, Composer
from starter.errors import InputRejected
from tests.support.actors import MANAGER, SHOP
from tests.support.imports import NOW, TwinDoor
from tests.support.policies import days, hours, policy

OTHER = policy(revision=days(2))


async def compose(door: TwinDoor, **fields: object) -> Command:
    async def now(_number: int | None) -> object:
        return NOW

    phrases = Phrases(version="none", kinds=(), folding=Folding())
    composer = Composer(door.register, door.vault, phrases, door.policies, now)  # type: ignore[arg-type]
    by = By(MANAGER, command_id="c-1")
    return await composer.compose(1, "migrate_policy", by, fields)


@pytest.fixture
async def door() -> TwinDoor:
    door = TwinDoor()
    await door.open(
        NewComplaint(channel=Channel.WEB, content="The lid is gone", source_key="a"), by=SHOP
    )
    return door


async def test_the_policy_of_the_door_is_sent_and_kept(door: TwinDoor) -> None:
    version = policy_version(policy())
    command = await compose(door, policy=version)
    assert isinstance(command, MigratePolicy)
    assert (command.policy, command.document) == (version, policy())
    assert await door.register.policy(version) is not None


async def test_a_policy_that_was_in_use_before_is_found(door: TwinDoor) -> None:
    version = policy_version(OTHER)
    await door.register.save_policy(version, OTHER.model_dump_json())
    command = await compose(door, policy=version)
    assert isinstance(command, MigratePolicy)
    assert command.document == OTHER
    assert body_hash(command) == body_hash(await compose(door, policy=version))


@pytest.mark.parametrize("named", ["nothing", "0123456789abcdef"])
async def test_a_version_that_nobody_knows_is_rejected(door: TwinDoor, named: str) -> None:
    with pytest.raises(InputRejected, match=policy_version(policy())):
        await compose(door, policy=named)


@pytest.mark.parametrize("fields", [{}, {"policy": "x", "document": policy()}])
async def test_nobody_sends_a_policy_itself(door: TwinDoor, fields: dict[str, object]) -> None:
    with pytest.raises(InputRejected):
        await compose(door, **fields)


def test_no_plain_text_hides_in_a_policy() -> None:
    def sent(document: Policy) -> Command:
        model = COMMANDS["migrate_policy"]
        fields = {"command_id": "c", "actor": MANAGER, "policy": "x", "document": document}
        return model.model_validate(fields)

    assert not holds_plain_text(sent(policy(revision=hours(1))))
    deputies = policy().duty.model_copy(update={"deputies": {"boss": ("Mrs Ada Kowalski",)}})
    assert holds_plain_text(sent(policy(duty=deputies)))
    named = policy().duty.model_copy(update={"deputies": {"Mrs Ada Kowalski": ("boss",)}})
    assert holds_plain_text(sent(policy(duty=named)))


@pytest.mark.parametrize("years", [range(2026, 2027), range(1900, 2200)])
def test_a_calendar_that_travels_leaves_its_papers_behind(years: range) -> None:
    whole = load_calendar(Path("config/calendars/cn-office.toml"))
    assert whole.sources
    travelling = of_years(whole, years)
    assert travelling.sources == ()
    assert travelling.cut_from is not None
    assert of_years(travelling, years) == travelling
