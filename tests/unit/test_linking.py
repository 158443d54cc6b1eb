"""H22: the door links complaints that there are; what cannot be one the case itself refuses."""

from __future__ import annotations

from datetime import datetime

import pytest

from runtime.main import Exit, exit_code
from schemas.commands import LinkDuplicate
from schemas.lexicon import Folding
from schemas.phrases import Phrases
from schemas.vocabulary import Channel
from starter.complaint import NewComplaint
from starter.composing import By, Composer
from starter.errors import LinkedComplaintUnknown
from store.errors import StoreUnavailable
from tests.support.actors import AGENT, SHOP
from tests.support.imports import NOW, TwinDoor


@pytest.fixture
async def door() -> TwinDoor:
    """A door that has accepted complaints 1 and 2."""
    door = TwinDoor()
    for key in ("a", "b"):
        complaint = NewComplaint(channel=Channel.WEB, content="The lid is gone", source_key=key)
        await door.open(complaint, by=SHOP)
    return door


async def link(door: TwinDoor, of: int) -> LinkDuplicate:
    async def now(_number: int | None) -> datetime:
        return NOW

    composer = Composer(
        door.register,
        door.vault,
        Phrases(version="none", kinds=(), folding=Folding()),
        door.policies,
        now,
    )
    command = await composer.compose(2, "link_duplicate", By(AGENT), {"of": of})
    assert isinstance(command, LinkDuplicate)
    return command


async def test_a_complaint_that_there_is_can_be_linked(door: TwinDoor) -> None:
    assert (await link(door, 1)).of == 1


async def test_one_that_was_never_accepted_is_refused_by_name(door: TwinDoor) -> None:
    with pytest.raises(LinkedComplaintUnknown) as refused:
        await link(door, 3)
    assert str(refused.value) == (
        "There is no complaint 3 to be linked to complaint 2; check the number."
    )
    assert exit_code(refused.value) == Exit.NOT_FOUND


@pytest.mark.parametrize("of", [0, -1, 2**63, 2**80])
async def test_what_is_no_number_is_left_to_the_case(door: TwinDoor, of: int) -> None:
    """The register cannot even be asked about it; the refusal is recorded (rule 22)."""
    assert (await link(door, of)).of == of


async def test_without_the_register_nothing_is_guessed(door: TwinDoor) -> None:
    door.memory.away = True
    with pytest.raises(StoreUnavailable):
        await link(door, 1)
