"""Find places where the order of a set, which differs from run to run, can reach a result.

What is a set is read from the syntax: displays, comprehensions, calls, operators, annotations and
assignments. A set may be asked and sorted freely; it may not be walked.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

SET_TYPES = frozenset({"set", "frozenset", "Set", "FrozenSet", "AbstractSet", "MutableSet"})
SET_METHODS = frozenset({"union", "intersection", "difference", "symmetric_difference", "copy"})
WALKERS = frozenset({"list", "tuple", "enumerate", "iter", "zip", "map", "filter", "deque"})
WALKING_METHODS = frozenset({"join", "fromkeys", "extend"})


@dataclass(frozen=True)
class Names:
    """What is known to be a set: variables, functions that return one, attributes of models."""

    variables: frozenset[str]
    functions: frozenset[str]
    attributes: frozenset[str]


def walked_sets(source: str, attributes: Collection[str] = ()) -> list[int]:
    """Return the lines that walk a set; attributes are those annotated as sets elsewhere."""
    tree = ast.parse(source)
    names = Names(
        frozenset(set_variables(tree)),
        frozenset(set_functions(tree)),
        frozenset(attributes) | set_attributes(source),
    )
    names = Names(names.variables | assigned(tree, names), names.functions, names.attributes)
    return sorted({node.lineno for node in walked(tree) if is_set(node, names)})


def set_attributes(source: str) -> frozenset[str]:
    """Return the names that classes of this source annotate as sets."""
    return frozenset(
        item.target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        if is_set_type(item.annotation)
    )


def set_variables(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as kind) if is_set_type(kind):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind) if is_set_type(kind):
                yield name


def set_functions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_set_type(node.returns):
            yield node.name


def assigned(tree: ast.AST, names: Names) -> frozenset[str]:
    """Return the variables that are given a set anywhere in the module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value) if is_set(value, names):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.NamedExpr(target=ast.Name(id=name), value=value) if is_set(value, names):
                found.add(name)
    return frozenset(found)


def walked(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield every expression whose order is used."""
    for node in ast.walk(tree):
        match node:
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
                yield iterated
            case ast.Starred(value=value, ctx=ast.Load()) | ast.YieldFrom(value=value):
                yield value
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
                yield value
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in WALKERS:
                yield from arguments
            case ast.Call(func=ast.Attribute(value=value, attr="pop"), args=[]):
                yield value
            case ast.Call(func=ast.Attribute(attr=name), args=arguments) if name in WALKING_METHODS:
                yield from arguments


def is_set(node: ast.expr, names: Names) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Name(id=name):
            return name in names.variables
        case ast.Attribute(attr=name):
            return name in names.attributes
        case ast.Call(func=ast.Name(id=name)):
            return name in {"set", "frozenset"} or name in names.functions
        case ast.Call(func=ast.Attribute(value=value, attr=name)):
            return name in SET_METHODS and is_set(value, names)
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            return any(is_set(side, names) or is_view(side) for side in (left, node.right))
        case ast.IfExp(body=body, orelse=other):
            return is_set(body, names) or is_set(other, names)
        case ast.BoolOp(values=values):
            return any(is_set(value, names) for value in values)
        case _:
            return False


def is_view(node: ast.expr) -> bool:
    """Tell keys() and items(), which become sets once an operator is applied."""
    match node:
        case ast.Call(func=ast.Attribute(attr="keys" | "items")):
            return True
        case _:
            return False


def is_set_type(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in SET_TYPES
        case ast.Subscript(value=value):
            return is_set_type(value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return is_set_type(left) or is_set_type(right)
        case ast.Constant(value=str(text)):
            return is_set_type(ast.parse(text, mode="eval").body)
        case _:
            return False
