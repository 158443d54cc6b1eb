"""Find imports and calls that would make a rule depend on more than its arguments."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

BUILTINS = "builtins"


def imported(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield (line, name in this module, full dotted name) of every import, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                yield node.lineno, local, alias.name if alias.asname else local
                yield node.lineno, alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module or ''}.{alias.name}"
                yield node.lineno, alias.asname or alias.name, full


def banned_imports(source: str, banned: Collection[str]) -> list[str]:
    """Return "line: name" for every import of a banned module or of anything below it."""
    found = {
        (line, full)
        for line, _, full in imported(ast.parse(source))
        if any(full == name or full.startswith(f"{name}.") for name in banned)
    }
    return [f"{line}: {full}" for line, full in sorted(found)]


def banned_names(source: str, banned: Collection[str]) -> list[str]:
    """Return "line: name" for every use of a banned function, whatever it was imported as."""
    tree = ast.parse(source)
    known = {local: full for _, local, full in imported(tree)}
    found = {
        (node.lineno, full)
        for node in walk_outside_hash(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        for full in [full_name(node, known)]
        if full in banned
    }
    return [f"{line}: {full}" for line, full in sorted(found)]


def walk_outside_hash(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those of __hash__ methods, whose results never leave the process."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.FunctionDef) and child.name == "__hash__"):
            yield from walk_outside_hash(child)


def full_name(node: ast.expr, known: dict[str, str]) -> str:
    """Return the dotted name that an expression stands for, empty when it is not a name."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return known.get(name, f"{BUILTINS}.{name}")
        case ast.Attribute(value=value, attr=name):
            before = full_name(value, known)
            return before and f"{before}.{name}"
        case _:
            return ""
