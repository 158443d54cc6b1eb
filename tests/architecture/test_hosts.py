"""No file names a package registry or a path of one person's machine."""

from __future__ import annotations

import pytest

from tests.architecture.tree import committed, name_of

# Written in two halves, so that this file does not hold what it forbids.
FORBIDDEN = [
    first + second
    for first, second in [
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("deb.debian", ".org"),
        ("crates", ".io"),
        ("rubygems", ".org"),
        ("golang", ".org"),
        ("extra-index", "-url"),
        ("../", "shared"),
        (" /work", "/"),
        ('"/work', "/"),
        ("`/work", "/"),
        ("=/work", "/"),
        ("/root", "/"),
    ]
]


def forbidden_words(text: str) -> list[str]:
    return [word for word in FORBIDDEN if word in text.lower()]


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = {
        name_of(path): forbidden_words(path.read_bytes().decode("utf-8", "replace"))
        for path in committed()
    }
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("word", FORBIDDEN)
def test_a_forbidden_word_is_seen(word: str) -> None:
    assert word in forbidden_words(f"See https://files.{word.upper()}x for more.")


def test_the_check_reads_every_kind_of_file() -> None:
    names = {name_of(path) for path in committed()}
    assert {"Makefile", "pyproject.toml", "requirements.lock", ".ci/run"} <= names
