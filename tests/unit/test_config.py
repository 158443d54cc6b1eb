"""The data files in config/ are whole, and a mistake in one names it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.phrases import forbidden
from domain.triage import triage
from runtime.config import load_config
from runtime.errors import ConfigInvalid, ConfigMissing, ConfigUnreadable, PolicyInvalid
from runtime.settings import PROJECT
from schemas.vocabulary import Category, Channel, Language, Purpose

OWN = PROJECT / "config"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OWN, tmp_path / "config"))


def test_our_own_files_are_whole() -> None:
    config = load_config(OWN)
    late = triage("快递三天没有更新物流", config.triage_rules, channel=Channel.PHONE)
    assert late.category is Category.LOGISTICS
    assert forbidden("这是不可能的", config.phrases)
    assert (Language.ZH_HANS, Purpose.ACKNOWLEDGEMENT) in config.templates.letters
    assert config.policy.rota
    assert config.law.answers


@pytest.mark.parametrize(
    "name", ["policy.toml", "triage.toml", "phrases.toml", "folding.toml", "rules.toml"]
)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ConfigMissing, match="does not exist or cannot be read") as caught:
        load_config(copy)
    assert caught.value.file == copy / name


@pytest.mark.parametrize("name", ["triage.toml", "phrases.toml", "folding.toml", "rules.toml"])
def test_a_mistake_in_a_file_is_told_with_its_key(copy: Path, name: str) -> None:
    with (copy / name).open("a") as file:
        file.write("\n[surprise]\n")
    with pytest.raises(ConfigInvalid, match=r"surprise.*remove it") as caught:
        load_config(copy)
    assert caught.value.file == copy / name


def test_a_mistake_in_the_policy_is_told(copy: Path) -> None:
    with (copy / "policy.toml").open("a") as file:
        file.write("\n[surprise]\n")
    with pytest.raises(PolicyInvalid, match="surprise: is not known"):
        load_config(copy)


def test_without_templates_nobody_can_be_told_anything(copy: Path) -> None:
    shutil.rmtree(copy / "templates")
    with pytest.raises(ConfigMissing, match="templates"):
        load_config(copy)


def test_a_missing_template_is_named(copy: Path) -> None:
    (copy / "templates" / "en" / "reply.txt").unlink()
    with pytest.raises(ConfigInvalid, match="en/reply: there is no such file; add it"):
        load_config(copy)


def test_what_an_editor_leaves_beside_templates_does_no_harm(copy: Path) -> None:
    (copy / "templates" / "en" / "reply.txt~").write_text("an old version")
    (copy / "templates" / "en" / ".DS_Store").write_bytes(b"\xff")
    letter = load_config(copy).templates.letters[Language.EN, Purpose.REPLY]
    assert letter.body.template != "an old version"


def test_a_template_that_is_no_text_is_named(copy: Path) -> None:
    (copy / "templates" / "en" / "reply.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigUnreadable, match="not encoded as UTF-8"):
        load_config(copy)


def test_a_template_that_cannot_be_read_is_named(copy: Path) -> None:
    (copy / "templates" / "en" / "reply.txt").unlink()
    (copy / "templates" / "en" / "reply.txt").mkdir()
    with pytest.raises(ConfigMissing, match=r"reply\.txt"):
        load_config(copy)
