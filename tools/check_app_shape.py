"""Checks that every Django app keeps the shape STYLE asks for: reads in queries, writes in actions, one gate, a thin API.

    python tools/check_app_shape.py        # prints each fault and exits with 1 if there is one

- An app with an API has queries, schemas and access beside it; one with tables has migrations.
- Nothing but actions writes, and neither API nor schemas touch a table at all.
- Every action of a person (`do_…(access, …)`) writes in one transaction, and its module leaves an audit row. One that only
  leaves an audit row needs no transaction around it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

APPS = Path(__file__).resolve().parents[1] / "callbase" / "apps"
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
AUDITS = {"record", "record_change"}
BESIDE_AN_API = ("queries", "schemas", "access")


def modules(app: Path, name: str) -> list[Path]:
    """The module's file, or its package's files."""
    package = app / name
    return sorted(package.glob("*.py")) if package.is_dir() else [file for file in [app / f"{name}.py"] if file.exists()]


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr


def names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def faults(app: Path) -> Iterator[str]:
    """What is wrong with one app, each with its place."""
    if modules(app, "api"):
        for name in BESIDE_AN_API:
            if not modules(app, name):
                yield f"{app.name}: has an API but no {name}.py"
    for name in ("api", "schemas", "queries"):
        for file in modules(app, name):
            tree = ast.parse(file.read_text())
            for line, called in calls(tree):
                if called in WRITES:
                    yield f"{app.name}/{file.name}:{line}: writes ({called}); writing belongs into actions"
            if name != "queries":
                for node in ast.walk(tree):
                    if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
                        yield f"{app.name}/{file.name}:{node.lineno}: reads a table; reading belongs into queries"
    for file in modules(app, "actions"):
        yield from action_faults(app, file)


def action_faults(app: Path, file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text())
    actions = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("do_")
        and any(argument.arg == "access" for argument in node.args.args)
    ]
    for action in actions:
        only_notes = names(action) & AUDITS and not WRITES & {called for _, called in calls(action)}
        if "transaction.atomic" not in ast.unparse(action) and not only_notes:
            yield f"{app.name}/{file.name}:{action.lineno}: {action.name} is not one transaction (@transaction.atomic)"
    if actions and not names(tree) & AUDITS:
        yield f"{app.name}/{file.name}: has actions but leaves no audit row"


def main() -> int:
    found = [fault for app in sorted(APPS.iterdir()) if (app / "__init__.py").exists() for fault in faults(app)]
    print("\n".join(found) or "every app is in shape")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
