"""Files, modules, tests, commands and operations named in the documentation exist."""

import importlib.util
import re
from itertools import chain, product

import pytest

from learnstream import __version__
from tests.documentation.pages import PAGES, ROOT, anchors, links, name, named, prose

FOLDERS = tuple(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
FILE = rf"(?:(?:{'|'.join(FOLDERS)})/[\w./-]*|[\w.-]+\.(?:py|toml|md|txt))"
every_page = pytest.mark.parametrize("page", PAGES, ids=name)


def resolves(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


@every_page
def test_every_relative_link_resolves(page):
    assert [link for link in links(page) if not resolves(page, link)] == []


@pytest.fixture(scope="module")
def existing_tests():
    sources = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py")]
    return {found for source in sources for found in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}


@every_page
def test_every_named_test_exists(page, existing_tests):
    assert set(named(page, r"test_\w+")) - existing_tests == set()


def test_the_security_page_names_a_test_for_each_risk():
    page = ROOT / "docs" / "security.md"
    rows = re.findall(r"^\| \*\*(API\d+)\*\* .* \| (.+) \|$", prose(page), re.MULTILINE)

    assert [risk for risk, _ in rows] == [f"API{number}" for number in range(1, 11)]
    assert all(re.search(r"`test_\w+`", tests) for _, tests in rows)


@every_page
def test_every_named_file_exists(page):
    # What a benchmark writes is there once it has been run.
    files = [file for file in named(page, FILE) if not file.startswith("artifacts/")]

    assert [file for file in files if not (ROOT / file).exists()] == []


@every_page
def test_every_named_module_exists(page):
    modules = named(page, r"(?:learnstream|server|bench|devstack)(?:\.\w+)+")

    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


@every_page
def test_every_command_exists(page, app):
    commands = re.findall(r"flask --app wsgi ([\w-]+)", page.read_text())

    assert set(commands) - app.cli.commands.keys() - {"db"} == set()


def is_route(routes, method, path):
    """Return whether a URL belongs to a route, with any kind of ids."""
    parts = re.split(r"\{.*?\}", path)
    made_up = product(("0" * 24, "1", "small"), repeat=len(parts) - 1)
    return any(routes.test("".join(chain(*zip(parts, (*ids, ""), strict=True))), method) for ids in made_up)


@every_page
def test_every_named_operation_exists(page, app):
    routes = app.url_map.bind("localhost")
    operations = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (/[\w{}./-]*)", page.read_text())

    assert [each for each in operations if not is_route(routes, *each)] == []


def test_every_page_is_reachable_from_the_readme():
    found, unread = set(), [ROOT / "README.md"]
    while unread:
        page = unread.pop()
        found.add(page)
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        unread += [target for target in targets if target.suffix == ".md" and target not in found]

    assert set(PAGES) - found == set()


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 250


def test_the_changelog_contains_the_version():
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert versions[:2] == ["Unreleased", __version__]


def test_changes_are_grouped_under_three_headings():
    changes = (ROOT / "CHANGELOG.md").read_text().partition("## Unreleased")[2]
    kind, unsorted = None, []
    for line in changes.splitlines():
        if line.startswith("#"):
            kind = line
        elif line.startswith("- ") and kind not in {"### Added", "### Changed", "### Fixed"}:
            unsorted.append(line)

    assert unsorted == []


def test_the_recipe_for_players_says_what_another_origin_needs():
    recipe = prose(ROOT / "docs" / "progress-reporting.md")

    assert re.search(r"origin[^.]*\[`CORS_ORIGINS`\]\(configuration\.md\)", recipe)
