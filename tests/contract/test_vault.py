"""The vault, real and in memory (architecture: privacy; rule 28)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from schemas.sealed import Sealed
from store.errors import KekDiffers, KeyDestroyed, KeyUnknown, SealBroken
from store.memory import Memory, MemoryVault
from store.sealing import Kek, person_ref
from tests.contract.examples import POLICY, new_entry
from tests.contract.stores import KEK, Stores

TEXT = "王女士, 13800000000: 收到的蓝牙音箱缺少充电线。"


@pytest.fixture
async def accepted(stores: Stores) -> str:
    """The id of an accepted complaint, whose key is in the vault."""
    await stores.register.save_policy(POLICY, "{}")
    new = new_entry(stores.vault, "row-1")
    await stores.register.accept(new)
    return new.key.complaint_id


async def test_what_is_sealed_can_be_opened(stores: Stores, accepted: str) -> None:
    sealed = await stores.vault.seal(accepted, "content", TEXT)
    assert await stores.vault.open(accepted, [sealed], who="a-1", purpose="triage") == (TEXT,)


async def test_one_opening_is_recorded_per_call_with_the_names_of_the_fields(
    stores: Stores, accepted: str
) -> None:
    name = await stores.vault.seal(accepted, "name", "王")
    content = await stores.vault.seal(accepted, "content", TEXT)
    assert await stores.vault.openings(accepted) == []
    await stores.vault.open(accepted, [name, content], who="agent-1", purpose="reply")
    await stores.vault.open(accepted, [name], who="agent-2", purpose="callback")
    openings = await stores.vault.openings(accepted)
    assert [(o.opened_by, o.fields, o.purpose) for o in openings] == [
        ("agent-1", ("name", "content"), "reply"),
        ("agent-2", ("name",), "callback"),
    ]
    assert openings[0].opened_at <= openings[1].opened_at


async def test_what_cannot_be_opened_is_not_recorded_as_opened(
    stores: Stores, accepted: str
) -> None:
    broken = Sealed(field="name", box="AAAA", digest="00")
    with pytest.raises(SealBroken):
        await stores.vault.open(accepted, [broken], who="agent-1", purpose="reply")
    assert await stores.vault.openings(accepted) == []


async def test_a_complaint_that_was_never_accepted_has_no_key(stores: Stores) -> None:
    unknown = str(uuid4())
    with pytest.raises(KeyUnknown, match=unknown):
        await stores.vault.key_of(unknown)
    with pytest.raises(KeyUnknown):
        await stores.vault.destroy(unknown)


async def test_a_key_that_is_made_is_not_known_before_its_complaint_is_accepted(
    stores: Stores,
) -> None:
    made = stores.vault.create(str(uuid4()))
    with pytest.raises(KeyUnknown):
        await stores.vault.key_of(made.complaint_id)


async def test_a_destroyed_key_opens_nothing_any_more(stores: Stores, accepted: str) -> None:
    sealed = await stores.vault.seal(accepted, "content", TEXT)
    await stores.vault.destroy(accepted)
    with pytest.raises(KeyDestroyed):
        await stores.vault.open(accepted, [sealed], who="agent-1", purpose="reply")
    with pytest.raises(KeyDestroyed):
        await stores.vault_with(KEK).key_of(accepted)


async def test_destroying_a_key_twice_changes_nothing(stores: Stores, accepted: str) -> None:
    await stores.vault.destroy(accepted)
    await stores.vault.destroy(accepted)
    with pytest.raises(KeyDestroyed):
        await stores.vault.key_of(accepted)


async def test_an_entry_stays_readable_after_its_key_is_destroyed(
    stores: Stores, accepted: str
) -> None:
    before = await stores.register.entry(1)
    await stores.vault.destroy(accepted)
    assert await stores.register.entry(1) == before


@pytest.mark.parametrize("kek", [Kek("kek-2", b"k" * 32), Kek("kek-1", b"x" * 32)])
async def test_another_key_encryption_key_opens_nothing(
    stores: Stores, accepted: str, kek: Kek
) -> None:
    with pytest.raises(KekDiffers, match=kek.id):
        await stores.vault_with(kek).key_of(accepted)


async def test_a_key_used_lately_is_not_fetched_again(stores: Stores, accepted: str) -> None:
    key = await stores.vault.key_of(accepted)
    await stores.vault_with(KEK).destroy(accepted)
    assert await stores.vault.key_of(accepted) == key


def test_a_new_key_carries_a_reference_to_each_contact_once() -> None:
    vault = MemoryVault(Memory(now=lambda: pytest.fail("no clock is needed")), KEK)
    contacts = ["+86 138-0000-0000", "8613800000000", "Wang@Example.com"]
    refs = vault.create(str(uuid4()), contacts).person_refs
    assert refs == (person_ref(KEK, "8613800000000"), person_ref(KEK, "wang@example.com"))
