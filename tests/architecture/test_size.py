"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast

from tests.architecture.tree import modules, name_of, product

FILE_LIMIT = 400
FUNCTION_LIMIT = 40


def long_functions(source: str) -> list[str]:
    """Return "name: lines" of every function above the limit, its decorators not counted."""
    sizes = (
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return [f"{name}: {lines}" for name, lines in sizes if lines > FUNCTION_LIMIT]


def is_long(source: str) -> bool:
    return len(source.splitlines()) > FILE_LIMIT


def test_no_file_is_too_long() -> None:
    checked = [*product(), *modules("bench")]
    assert [name_of(path) for path in checked if is_long(path.read_text("utf-8"))] == []


def test_no_function_is_too_long() -> None:
    checked = [*product(), *modules("bench")]
    found = {name_of(path): long_functions(path.read_text("utf-8")) for path in checked}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_long_file_is_seen() -> None:
    assert is_long("x = 1\n" * (FILE_LIMIT + 1))
    assert not is_long("x = 1\n" * FILE_LIMIT)


def test_a_long_function_is_seen() -> None:
    body = "    x = 1\n"
    source = (
        f"class A:\n  async def long(self):\n{body * FUNCTION_LIMIT}"
        f"def short():\n{body * (FUNCTION_LIMIT - 1)}"
    )
    assert long_functions(source) == [f"long: {FUNCTION_LIMIT + 1}"]
