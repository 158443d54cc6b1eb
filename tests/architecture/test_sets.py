"""No rule and no workflow walks a set: its order differs between worker and replay."""

from __future__ import annotations

import pytest

from tests.architecture.sets import set_attributes, walked_sets
from tests.architecture.tree import modules, name_of


def test_no_rule_and_no_workflow_walks_a_set() -> None:
    sources = {path: path.read_text("utf-8") for path in modules("schemas", "domain", "workflows")}
    attributes = frozenset[str]().union(*map(set_attributes, sources.values()))
    found = {name_of(path): walked_sets(text, attributes) for path, text in sources.items()}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "for x in {1, 2}: ...",
        "for x in set(y): ...",
        "[x for x in frozenset(y)]",
        "{x: 1 for x in {y for y in z}}",
        "s = {1}\nfor x in s: ...",
        "s: set[int] = make()\nfor x in s: ...",
        "s: 'frozenset[int] | None' = make()\nfor x in s: ...",
        "def f(s: AbstractSet[int]):\n    return [x for x in s]",
        "def f(s: collections.abc.Set[int]):\n    yield from s",
        "def f() -> set[int]: ...\nfor x in f(): ...",
        "class A:\n    tags: frozenset[str]\n[t for t in a.tags]",
        "for x in a.keys() & b.keys(): ...",
        "s = {1}\nfor x in s - other: ...",
        "for x in {1}.union(y): ...",
        "for x in ({1} if y else z): ...",
        "list({1, 2})",
        "tuple(set(y))",
        "next(iter({1}))",
        "', '.join({'a', 'b'})",
        "dict.fromkeys({1})",
        "[*{1, 2}]",
        "a, b = {1, 2}",
        "s = {1}\ns.pop()",
        "if (s := set(y)):\n    for x in s: ...",
    ],
)
def test_a_walked_set_is_seen(source: str) -> None:
    assert walked_sets(source) == [source.count("\n") + 1]


def test_a_set_of_another_module_is_seen() -> None:
    assert walked_sets("[x for x in policy.tags]", {"tags"}) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "s = {1}\n2 in s; len(s); sorted(s); s | {2}; s <= {3}; max(s)",
        "for x in sorted({1, 2}): ...",
        "for x in {1: 2}: ...",
        "for key in a.keys(): ...",
        "for x in (1, 2): ...",
        "stack.pop(); mapping.pop('x')",
    ],
)
def test_what_does_not_use_the_order_is_allowed(source: str) -> None:
    assert walked_sets(source) == []
