"""Modules and files named in docstrings and comments exist."""

import ast
import importlib
import importlib.util
import io
import re
import tokenize
from functools import cache

import pytest

from tests.documentation.pages import CODE, ROOT

PACKAGES = ("learnstream", "server", "devstack", "bench", "tests")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DOTTED = re.compile(r"([a-z_]\w*)((?:\.\w+)+)(?:\(\))?")
FILE = re.compile(r"[\w./-]+\.py")
CODE_IN_COMMENT = re.compile("#.*`")


@cache
def code(path):
    """Return what stands as code in the docstrings and comments of a file."""
    source = path.read_text()
    # Few files have code in comments. Tokenizing all takes 1.6 s, as long as parsing them.
    texts = [*docstrings(source), *(comments(source) if CODE_IN_COMMENT.search(source) else ())]
    return [found for text in texts for found in CODE.findall(text)]


def docstrings(source):
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return filter(
        None, (ast.get_docstring(each) for each in ast.walk(ast.parse(source)) if isinstance(each, documented))
    )


def comments(source):
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return (token.string for token in tokens if token.type == tokenize.COMMENT)


def names(path, shape):
    return [found for each in code(path) if (found := shape.fullmatch(each))]


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def known_modules(path):
    """Return the modules of ours that a file may call by one word: packages, its siblings, and what it imports."""
    siblings = {each.stem: dotted(each) for each in path.parent.glob("*.py") if each.stem != "__init__"}
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in nodes
        if node.module and node.module.partition(".")[0] in PACKAGES
        for alias in node.names
    }
    return {package: package for package in PACKAGES} | siblings | imported


def resolves(name):
    """Return whether a dotted name is a module, or an attribute of one."""
    module, attributes = name, []
    while module and not (ROOT / module.replace(".", "/")).with_suffix(".py").exists():
        if (ROOT / module.replace(".", "/")).is_dir():
            break
        module, _, last = module.rpartition(".")
        attributes.insert(0, last)
    found = importlib.import_module(module) if module else None
    for attribute in attributes:
        found = getattr(found, attribute, None)
    return found is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_that_a_docstring_names_exists(package):
    missing = []
    for path in (source for source in SOURCES if source.is_relative_to(ROOT / package)):
        named = names(path, DOTTED)
        modules = known_modules(path) if named else {}
        for found in named:
            if found[1] in modules and not resolves(modules[found[1]] + found[2]):
                missing.append(f"{dotted(path)}: {found[0]}")

    assert missing == []


def test_every_file_that_a_docstring_names_exists():
    roots = (ROOT, ROOT / "learnstream")
    named = [(path, found[0]) for path in SOURCES for found in names(path, FILE)]
    missing = [
        f"{dotted(path)}: {name}"
        for path, name in named
        if not any((root / name).exists() for root in (*roots, path.parent))
    ]

    assert missing == []
