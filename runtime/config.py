"""The data files of a business, read at start: policy, law, triage, phrases and templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from domain.datafile import read_as
from domain.errors import DataInvalid
from domain.phrases import parse_phrases
from domain.templates import Templates, parse_templates
from domain.triage import parse_rules
from runtime.errors import ConfigInvalid, ConfigMissing, ConfigUnreadable, Problem
from runtime.law_file import load_law
from runtime.policy_file import load_policy
from runtime.toml_file import read_toml
from schemas.law import Law
from schemas.lexicon import Folding
from schemas.phrases import Phrases
from schemas.policy import Policy
from schemas.triage import TriageRules

# Whatever else lies there, an editor left it.
TEMPLATE_SUFFIXES = (".txt", ".toml")

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class Config:
    """Everything in config/."""

    policy: Policy
    triage_rules: TriageRules
    phrases: Phrases
    templates: Templates
    law: Law


def load_config(config_dir: Path) -> Config:
    """Return the data files of a directory. Raises ConfigError, which names file and remedy."""
    folding = _load(config_dir / "folding.toml", lambda data: read_as(Folding, data))
    return Config(
        policy=load_policy(config_dir / "policy.toml"),
        triage_rules=_load(config_dir / "triage.toml", lambda data: parse_rules(data, folding)),
        phrases=_load(config_dir / "phrases.toml", lambda data: parse_phrases(data, folding)),
        templates=_load_templates(config_dir / "templates"),
        law=load_law(config_dir),
    )


def _load(file: Path, parse: Callable[[Mapping[str, Any]], Parsed]) -> Parsed:
    data = read_toml(file).data
    return _parsed(file, lambda: parse(data))


def _load_templates(directory: Path) -> Templates:
    files = [file for file in directory.glob("*/*") if file.suffix in TEMPLATE_SUFFIXES]
    texts = {(file.parent.name, file.stem): _text(file) for file in sorted(files)}
    if not texts:
        raise ConfigMissing(file=directory)
    return _parsed(directory, lambda: parse_templates(texts))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError:
        raise ConfigMissing(file=file) from None
    except UnicodeDecodeError:
        raise ConfigUnreadable(file=file, reason="it is not encoded as UTF-8") from None


def _parsed(file: Path, parse: Callable[[], Parsed]) -> Parsed:
    """Return what was parsed; a mistake is told together with its file."""
    try:
        return parse()
    except DataInvalid as error:
        problem = Problem(key=error.key, what=error.what, remedy=error.remedy)
        raise ConfigInvalid(file=file, problems=(problem,)) from None
