"""The decorators of routes, read from their source."""

import ast
import inspect
import textwrap

from flask import Flask


def of_routes(app: Flask) -> dict[str, dict[str, ast.expr]]:
    """Return each endpoint's decorators by name, from the outermost to the innermost. Flask's own routes have none."""
    return {endpoint: _decorators(view) for endpoint, view in app.view_functions.items()}


def _decorators(view) -> dict[str, ast.expr]:
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(view)))
    function = ast.parse(source).body[0]
    return {_name(each): each for each in function.decorator_list} if isinstance(function, ast.FunctionDef) else {}


def _name(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
