"""Rule 8 in a live case: it goes on under another policy, also after it continued as new."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.chain import policy_version
from schemas.events import PolicyMigrated
from schemas.policy import Policy
from schemas.refusals import RefusalCode
from tests.support.actors import AGENT, MANAGER
from tests.support.caseload import Caseload
from tests.support.cases import opened

pytestmark = pytest.mark.server


def brief(policy: Policy) -> Policy:
    """Return a policy that gives the owner an hour less for everything."""
    hour = timedelta(hours=1)
    targets = {
        category: each.model_copy(
            update={"reply": each.reply - hour, "solution": each.solution - hour}
        )
        for category, each in policy.targets.items()
    }
    return policy.model_copy(update={"targets": targets})


async def test_a_running_case_moves_to_the_policy_of_the_door(served: Caseload) -> None:
    house = served.house
    case = served.note(await opened(house, house.door(continue_after=60)))
    before = {clock.key: clock.due_at for clock in (await case.view()).clocks}
    wanted = brief(house.config.policy)
    version, door = policy_version(wanted), house.door(policy=wanted)
    assert (await door.migrate_policy(case.number, version, by=AGENT)).code is (
        RefusalCode.NOT_ALLOWED
    )
    assert (await door.migrate_policy(case.number, version, by=MANAGER)).code is None
    again = await door.migrate_policy(case.number, version, by=MANAGER)
    assert again.code is RefusalCode.POLICY_PRESENT
    while len(await case.runs()) == 1:
        await case.send("record_note", text="long enough for another run")
    view = await case.view()
    moved = {clock.key: before[clock.key] - clock.due_at for clock in view.clocks}
    assert moved["solution"] == timedelta(hours=1)
    (event,) = [e.event for e in await case.journal() if isinstance(e.event, PolicyMigrated)]
    assert (event.version, event.was_version) == (version, policy_version(house.config.policy))
    await case.withdraw()
    record = await case.finish()
    assert {each.policy_version for each in record.view.cycles} == {version}
