"""A door's signing keys: found or made, for their owner only, never shown; which one signs."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.signature import SigningKey
from runtime.errors import SigningKeyMissing, SigningKeyUnusable
from runtime.settings import Settings
from runtime.signing_key import key_file, load_signing_keys, make_signing_key
from starter.signing import add_keys, choose_key, ensure_key
from store.errors import DoorKeyForeign
from store.memory import Memory, MemoryDoorKeys
from tests.support.keys import DOOR, NEXT


def text(*keys: SigningKey) -> str:
    return "\n".join(base64.b64encode(key.secret).decode() for key in keys)


def of(data_dir: Path, signing_key: str | None = None) -> Settings:
    return Settings(data_dir=data_dir, signing_key=signing_key)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDRESS_SIGNING_KEY", raising=False)


@pytest.fixture
def keys() -> MemoryDoorKeys:
    return MemoryDoorKeys(Memory(now=lambda: datetime.now(UTC)))


def written(data_dir: Path, content: str) -> Path:
    file = key_file(of(data_dir))
    file.touch(mode=0o600)
    file.write_text(content)
    return file


def test_a_key_that_is_made_stays_and_is_for_its_owner_only(tmp_path: Path) -> None:
    settings = of(tmp_path / "new")
    made = make_signing_key(settings)
    assert load_signing_keys(settings) == (made,)
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600


def test_another_key_comes_behind_the_first(tmp_path: Path) -> None:
    first, second = (make_signing_key(of(tmp_path)) for _ in range(2))
    assert load_signing_keys(of(tmp_path)) == (first, second)
    assert first.secret != second.secret


def test_the_variable_counts_before_the_file_and_may_hold_several(tmp_path: Path) -> None:
    written(tmp_path, text(DOOR))
    given = of(tmp_path, text(NEXT, DOOR).replace("\n", " "))
    assert load_signing_keys(given) == (NEXT, DOOR)
    assert load_signing_keys(of(tmp_path)) == (DOOR,)


def test_a_door_without_a_key_is_told_where_one_belongs(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyMissing, match="redress keys new"):
        load_signing_keys(of(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "short", text(SigningKey(b"k" * 31)), text(DOOR) + " 密"])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, content: str) -> None:
    file = written(tmp_path, content)
    for call in (load_signing_keys, make_signing_key):
        with pytest.raises(SigningKeyUnusable, match="not 32 bytes in base64") as caught:
            call(of(tmp_path))
        assert str(file) in str(caught.value)
        assert not content or content not in str(caught.value)
    assert file.read_text() == content


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    written(tmp_path, text(DOOR)).chmod(0o640)
    with pytest.raises(SigningKeyUnusable, match="others may read it"):
        load_signing_keys(of(tmp_path))


def test_a_file_that_cannot_be_read_or_made_is_named(tmp_path: Path) -> None:
    key_file(of(tmp_path)).mkdir()
    with pytest.raises(SigningKeyUnusable, match="signing_keys cannot be used: Is a directory"):
        load_signing_keys(of(tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(SigningKeyUnusable, match="cannot be used: Not a directory"):
        make_signing_key(of(tmp_path / "file"))


# ---- Which key signs ----------------------------------------------------------------------------


async def test_a_new_set_up_gets_a_key(tmp_path: Path, keys: MemoryDoorKeys) -> None:
    await ensure_key(of(tmp_path), keys)
    (made,) = load_signing_keys(of(tmp_path))
    assert [key.public for key in await keys.all()] == [made.public]
    await ensure_key(of(tmp_path), keys)
    assert await choose_key(of(tmp_path), keys) == made


async def test_a_new_set_up_takes_the_keys_that_are_given(
    tmp_path: Path, keys: MemoryDoorKeys
) -> None:
    await ensure_key(of(tmp_path, text(DOOR, NEXT)), keys)
    assert [key.public for key in await keys.all()] == [DOOR.public, NEXT.public]
    assert not key_file(of(tmp_path)).exists()


async def test_an_old_set_up_needs_a_key_that_it_has(tmp_path: Path, keys: MemoryDoorKeys) -> None:
    await keys.add(DOOR.public)
    with pytest.raises(SigningKeyMissing):
        await ensure_key(of(tmp_path), keys)
    with pytest.raises(DoorKeyForeign, match=NEXT.public.id) as caught:
        await ensure_key(of(tmp_path, text(NEXT)), keys)
    assert f"In force are {DOOR.public.id}." in str(caught.value)


async def test_a_door_signs_with_its_oldest_key_until_that_is_retired(
    tmp_path: Path, keys: MemoryDoorKeys
) -> None:
    settings = of(tmp_path, text(DOOR, NEXT))
    await add_keys(settings, keys)
    assert await choose_key(settings, keys) == DOOR
    await keys.retire(DOOR.public.id)
    assert await choose_key(settings, keys) == NEXT


async def test_a_key_that_was_made_and_not_registered_is_registered_next(
    tmp_path: Path, keys: MemoryDoorKeys
) -> None:
    await ensure_key(of(tmp_path), keys)
    left = make_signing_key(of(tmp_path))
    assert await add_keys(of(tmp_path), keys) == [left.public]
    assert len(load_signing_keys(of(tmp_path))) == 2


async def test_no_key_is_made_beside_those_that_are_given(
    tmp_path: Path, keys: MemoryDoorKeys
) -> None:
    settings = of(tmp_path, text(DOOR))
    assert await add_keys(settings, keys) == [DOOR.public]
    assert await add_keys(settings, keys) == []
    assert not key_file(settings).exists()
