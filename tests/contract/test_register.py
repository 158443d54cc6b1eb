"""The register, real and in memory (rule 19)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from store.errors import ComplaintIdTaken, PolicyUnknown
from tests.contract.examples import POLICY, RECEIVED_AT, new_entry
from tests.contract.stores import Stores

NOW = timedelta(0)
HOUR = timedelta(hours=1)


@pytest.fixture
async def register(stores: Stores) -> Stores:
    await stores.register.save_policy(POLICY, "{}")
    return stores


async def test_an_accepted_complaint_is_found_by_number_and_by_source_key(register: Stores) -> None:
    new = new_entry(register.vault, "row-1")
    accepted = await register.register.accept(new)
    assert accepted.is_new
    entry = accepted.entry
    assert entry.number == 1
    assert entry.complaint_id == new.key.complaint_id
    assert entry.opening == new.opening
    assert (entry.request_hash, entry.policy_version) == (new.request_hash, POLICY)
    assert entry.received_at == RECEIVED_AT
    assert await register.register.entry(1) == entry
    assert await register.register.find("import", "row-1") == entry


async def test_what_was_never_accepted_is_not_found(register: Stores) -> None:
    assert await register.register.entry(1) is None
    assert await register.register.find("import", "row-1") is None


async def test_the_same_source_key_again_returns_the_first_entry(register: Stores) -> None:
    first = await register.register.accept(new_entry(register.vault, "row-1"))
    again = await register.register.accept(new_entry(register.vault, "row-1"))
    assert not again.is_new
    assert again.entry == first.entry
    assert await register.register.count() == 1


async def test_a_repeated_call_after_a_lost_answer_returns_its_own_entry(register: Stores) -> None:
    new = new_entry(register.vault, "row-1")
    first = await register.register.accept(new)
    assert (await register.register.accept(new)).entry == first.entry


async def test_the_same_key_of_another_source_is_another_complaint(register: Stores) -> None:
    await register.register.accept(new_entry(register.vault, "row-1"))
    other = await register.register.accept(new_entry(register.vault, "row-1", source="app"))
    assert other.is_new
    assert other.entry.number == 2


async def test_concurrent_duplicates_become_one_complaint_without_a_gap(register: Stores) -> None:
    entries = [new_entry(register.vault, f"row-{row}") for row in [*range(10)] * 3]
    accepted = await asyncio.gather(*(register.register.accept(new) for new in entries))
    numbers = {a.entry.opening.source_key: a.entry.number for a in accepted}
    assert sorted(numbers.values()) == list(range(1, 11))
    assert sum(a.is_new for a in accepted) == 10
    assert all(numbers[a.entry.opening.source_key] == a.entry.number for a in accepted)
    assert await register.register.numbers_missing() == []


async def test_a_refused_complaint_leaves_no_gap(register: Stores) -> None:
    with pytest.raises(PolicyUnknown) as refused:
        await register.register.accept(new_entry(register.vault, "row-1", policy="elsewhere"))
    assert refused.value.version == "elsewhere"
    accepted = await register.register.accept(new_entry(register.vault, "row-1"))
    assert accepted.entry.number == 1
    assert await register.register.numbers_missing() == []


async def test_an_internal_id_belongs_to_one_complaint(register: Stores) -> None:
    new = new_entry(register.vault, "row-1")
    await register.register.accept(new)
    with pytest.raises(ComplaintIdTaken, match=new.key.complaint_id):
        await register.register.accept(
            new_entry(register.vault, "row-2", complaint_id=new.key.complaint_id)
        )


async def test_accepting_stores_the_key(register: Stores) -> None:
    new = new_entry(register.vault, "row-1")
    await register.register.accept(new)
    assert await register.vault.key_of(new.key.complaint_id) == new.key.key


async def test_the_dispatcher_leaves_a_new_complaint_to_its_door_for_a_while(
    register: Stores,
) -> None:
    await register.register.accept(new_entry(register.vault, "row-1"))
    assert await register.register.claim_due(10, HOUR) == []
    assert await register.register.undispatched() == 1


async def test_due_complaints_are_claimed_once_and_in_order(register: Stores) -> None:
    await accept_due(register, 3)
    assert [entry.number for entry in await register.register.claim_due(2, HOUR)] == [1, 2]
    assert [entry.number for entry in await register.register.claim_due(2, HOUR)] == [3]
    assert await register.register.claim_due(2, HOUR) == []


async def test_concurrent_dispatchers_never_get_the_same_complaint(register: Stores) -> None:
    await accept_due(register, 20)
    claims = await asyncio.gather(*(register.register.claim_due(5, HOUR) for _ in range(4)))
    # Those locked by another dispatcher are skipped, so one round need not reach all of them.
    claims += [await register.register.claim_due(20, HOUR)]
    assert sorted(entry.number for claim in claims for entry in claim) == list(range(1, 21))


async def test_a_claim_that_comes_to_nothing_returns_after_its_lease(register: Stores) -> None:
    await accept_due(register, 1)
    assert len(await register.register.claim_due(1, NOW)) == 1
    assert len(await register.register.claim_due(1, NOW)) == 1


async def test_a_dispatched_complaint_leaves_the_queue_and_stays_registered(
    register: Stores,
) -> None:
    await accept_due(register, 1)
    await register.register.dispatched(1)
    await register.register.dispatched(1)
    assert await register.register.claim_due(1, NOW) == []
    assert await register.register.undispatched() == 0
    assert await register.register.count() == 1


async def test_a_postponed_complaint_waits(register: Stores) -> None:
    await accept_due(register, 1)
    await register.register.postpone(1, "temporarily_unavailable", HOUR)
    assert await register.register.claim_due(1, HOUR) == []
    await register.register.postpone(1, "temporarily_unavailable", NOW)
    assert [entry.number for entry in await register.register.claim_due(1, HOUR)] == [1]


async def test_postponing_what_is_not_queued_changes_nothing(register: Stores) -> None:
    await register.register.postpone(7, "temporarily_unavailable", NOW)
    assert await register.register.undispatched() == 0


async def test_a_policy_is_kept_word_for_word_and_once(register: Stores) -> None:
    await register.register.save_policy("v2", '{"b": 1,  "a": 2}')
    await register.register.save_policy("v2", "{}")
    assert await register.register.policy("v2") == '{"b": 1,  "a": 2}'
    assert await register.register.policy("v3") is None


async def accept_due(stores: Stores, count: int) -> None:
    for row in range(count):
        await stores.register.accept(new_entry(stores.vault, f"row-{row}"), dispatch_after=NOW)


async def test_the_run_with_which_a_case_began_is_noted_once(register: Stores) -> None:
    await register.register.accept(new_entry(register.vault, "row-1"))
    assert await register.register.first_run(1) is None
    await register.register.note_run(1, "run-1")
    await register.register.note_run(1, "run-2")
    assert await register.register.first_run(1) == "run-1"
