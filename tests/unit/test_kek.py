"""The key-encryption key: found or made once, never readable by others, never shown."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime import private_file
from runtime.errors import KekExposed, KekFileUnusable, KekInvalid, KekMissing
from runtime.kek import ensure_kek, load_kek
from runtime.settings import Settings

SECRET = bytes(range(32))
TEXT = base64.b64encode(SECRET).decode()


def of(data_dir: Path, kek: str | None = None) -> Settings:
    return Settings(data_dir=data_dir, kek=kek)  # type: ignore[arg-type]


def names_in(directory: Path) -> list[str]:
    return [file.name for file in directory.iterdir()]


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDRESS_KEK", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "kek"
    file.touch(mode=0o600)
    file.write_text(f"{TEXT}\n")
    return file


def test_the_first_use_makes_a_key_that_stays(tmp_path: Path) -> None:
    settings = of(tmp_path / "new")
    made = ensure_kek(settings)
    assert len(made.secret) == 32
    assert ensure_kek(settings) == load_kek(settings) == made
    assert names_in(settings.data_dir) == ["kek"]


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    ensure_kek(of(tmp_path))
    assert stat.S_IMODE((tmp_path / "kek").stat().st_mode) == 0o600


def test_two_set_ups_have_two_keys(tmp_path: Path) -> None:
    one, other = ensure_kek(of(tmp_path / "one")), ensure_kek(of(tmp_path / "other"))
    assert one.id != other.id
    assert one.secret != other.secret


def test_the_variable_counts_before_the_file(file: Path) -> None:
    other = base64.b64encode(bytes(32)).decode()
    assert load_kek(of(file.parent, other)).secret == bytes(32)
    assert load_kek(of(file.parent)).secret == SECRET


def test_with_the_variable_no_file_is_made(tmp_path: Path) -> None:
    assert ensure_kek(of(tmp_path, TEXT)).secret == SECRET
    assert list(tmp_path.iterdir()) == []


def test_the_id_depends_on_the_key_and_does_not_tell_it(file: Path) -> None:
    kek = load_kek(of(file.parent))
    assert kek.id == "630dcd2966c43366"
    assert TEXT not in repr(kek)
    assert repr(SECRET) not in repr(kek)


def test_a_door_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(KekMissing, match="REDRESS_KEK"):
        load_kek(of(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    for get in (load_kek, ensure_kek):
        with pytest.raises(KekExposed, match=rf"mode {mode:04o}.*\n\nRun `chmod 600 "):
            get(of(file.parent))


@pytest.mark.parametrize(
    "text",
    ["", "short", base64.b64encode(bytes(31)).decode(), base64.b64encode(bytes(33)).decode(), "密"],
)
def test_what_is_no_key_is_refused_and_not_shown(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(KekInvalid, match="not 32 bytes in base64") as caught:
        ensure_kek(of(file.parent))
    assert str(file) in str(caught.value)
    with pytest.raises(KekInvalid, match="REDRESS_KEK") as caught:
        load_kek(of(file.parent, text))
    assert text not in str(caught.value) or not text


@pytest.mark.parametrize("get", [load_kek, ensure_kek])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, get: Callable[[Settings], object]
) -> None:
    (tmp_path / "kek").mkdir()
    with pytest.raises(KekFileUnusable, match=r"kek of the key-encryption key .*directory"):
        get(of(tmp_path))


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KekFileUnusable, match="cannot be used: File exists"):
        ensure_kek(of(tmp_path / "file"))


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    settings = of(tmp_path)
    with ThreadPoolExecutor(max_workers=8) as pool:
        keys = {kek.id for kek in pool.map(lambda _: ensure_kek(settings), range(32))}
    assert len(keys) == 1
    assert names_in(tmp_path) == ["kek"]


def test_the_first_of_two_files_stands(file: Path) -> None:
    assert not private_file.create_private(file, b"another")
    assert load_kek(of(file.parent)).secret == SECRET


def test_a_failed_write_leaves_the_old_file_and_no_draft(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        private_file.write_private(file, b"another")
    assert names_in(file.parent) == ["kek"]
    assert file.read_text().strip() == TEXT
