"""Messages as an intruder would have a case take them: forged, captured, or past the doors."""

from __future__ import annotations

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from domain.signature import SigningKey
from schemas.commands import Command
from schemas.refusals import RefusalCode
from schemas.vocabulary import Authenticity
from tests.support.keys import DOOR, arrive
from tests.support.story import Story


def believing_doors(story: Story) -> Story:
    """Let the case believe no other sender than our door from now on."""
    trusting = {"authenticity": Authenticity.SIGNED, "keys": (DOOR.public,)}
    story.state = story.state.model_copy(update=trusting)
    return story


def signed(story: Story, command: Command, key: SigningKey = DOOR, complaint: int = 0) -> Command:
    """Return a command as a door signs it, for this case or for another complaint."""
    stamped = command.model_copy(update={"command_id": "captured", "received_at": story.now})
    return key.signed(complaint or story.state.number, stamped)


def verdict(story: Story, command: Command) -> RefusalCode | None:
    """Return why the case refuses what came by wire, or None if it would take it."""
    return arrive(story.state, command, story.now).answer.code


def written(text: str) -> RawValue:
    """Return the one argument of a message, as somebody has written it."""
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=text.encode()))
