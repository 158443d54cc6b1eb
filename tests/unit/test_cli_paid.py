"""Entering what was paid for an order, from the command line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from cli.app import app
from runtime.main import Exit

ENTERED = ("SO-1001", "1299.50", "CNY")


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of its own for the tests that reach for one, and nowhere for the others."""
    here = "dsn" in request.fixturenames
    address = request.getfixturevalue("dsn") if here else "postgresql://nobody@127.0.0.1:1/none"
    monkeypatch.setenv("REDRESS_DATABASE_URL", address)
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["paid", *words])


def test_what_was_paid_is_entered_and_again_is_harmless(dsn: str) -> None:
    for _ in range(2):
        result = run(*ENTERED)
        assert result.exit_code == Exit.OK
        assert result.stdout == "¥1,299.50 was paid for order SO-1001.\n"


def test_for_a_program_it_is_json(dsn: str) -> None:
    assert json.loads(run(*ENTERED, "--output", "json").stdout) == {
        "order": "SO-1001",
        "paid": {"minor": 129_950, "currency": "CNY"},
    }


@pytest.mark.parametrize("other", [("1299.51", "CNY"), ("1299.50", "USD")])
def test_another_amount_is_a_conflict(dsn: str, other: tuple[str, str]) -> None:
    run(*ENTERED)
    result = run("SO-1001", *other)
    assert result.exit_code == Exit.CONFLICT
    assert "order SO-1001 another amount or currency stands as paid" in result.stderr


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("SO 1001", "1.00", "CNY"), "order: this is no code of an order. Write its code"),
        (("SO-1001", "1.00", "yuan"), "currency: this is no currency. Write its ISO 4217"),
        (("SO-1001", "much", "CNY"), "amount: the amount is no number. Write such as"),
        (("SO-1001", "1.005", "CNY"), "amount: the amount has more decimals than CNY has"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(words: tuple[str, ...], remedy: str) -> None:
    result = run(*words)
    assert result.exit_code == Exit.USAGE
    assert remedy in result.stderr
