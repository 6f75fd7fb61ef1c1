"""Every refusal that is written in the tree, read from its source: code, clause, texts and the place where it stands.

What is made in a function, with a value in its text, is found as well as a constant; such a value stands in braces.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from deploy.local.referencing.markdown import ROOT

FOLDERS = ("services", "shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One call that makes a refusal. `where` is the constant's name or the function's; arguments are as text."""

    path: str
    where: str
    arguments: tuple[str | None, ...]
    """None: a value that only the moment knows."""


def sayings(*makers: str) -> list[Saying]:
    """Give every call of one of these names, in the order of files and lines."""
    paths = sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py"))
    return [one for path in paths for maker, one in _of(path.relative_to(ROOT).as_posix()) if maker in makers]


@cache
def _of(path: str) -> Sequence[tuple[str, Saying]]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    constants = [statement for statement in tree.body if isinstance(statement, ast.Assign | ast.AnnAssign)]
    return tuple(_calls(path, tree.body, _assigned(constants)))


def _calls(path: str, body: Sequence[ast.stmt], constants: Mapping[str, ast.expr]) -> Iterator[tuple[str, Saying]]:
    for statement in body:
        for where, scope in _scopes(statement):
            texts = {**constants, **_assigned(ast.walk(scope))}
            for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
                said = tuple(_text(argument, texts) for argument in call.args)
                yield _name(call.func), Saying(path=path, where=where, arguments=said)


def _scopes(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """Yield what is named: a constant, a function, each function of a class."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name, statement
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, statement
        case ast.ClassDef(body=body):
            for inner in body:
                yield from _scopes(inner)
        case _:
            return


def _assigned(nodes: Iterable[ast.AST]) -> Mapping[str, ast.expr]:
    """Give what names were set to, where that is one expression."""
    found: dict[str, ast.expr] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
            case _:
                continue
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(node: ast.expr, texts: Mapping[str, ast.expr]) -> str | None:
    """Give an argument as a person reads it: both texts of a `Text(…)` by a line break, a constant by its name."""
    match node:
        case ast.Constant(value=value):
            return "" if value is None else str(value)
        case ast.JoinedStr(values=parts):
            return "".join(_part(part) for part in parts)
        case ast.Call(func=ast.Name(id="Text"), args=[sv, en]):
            return f"{_text(sv, texts)}\n{_text(en, texts)}"
        case ast.Name(id=name) if isinstance(texts.get(name), ast.Constant | ast.JoinedStr | ast.Call):
            return _text(texts[name], {})
        case ast.Name(id=name) if name.isupper():
            return name
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if name.isupper():
            return f"{owner}.{name}"
        case _:
            return None


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"{{{ast.unparse(part.value)}}}"
    return str(part.value) if isinstance(part, ast.Constant) else ast.unparse(part)
