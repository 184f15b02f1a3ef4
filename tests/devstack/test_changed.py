import grimp
import pytest

from devstack.errors import DevstackError
from devstack.testing import changed


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("learnstream", cache_dir=None)


def selected_by(path, graph):
    return set(changed.select(path, graph))


def test_a_module_is_tested_with_all_that_import_it(graph):
    found = selected_by("learnstream/services/foundation/lease.py", graph)

    assert "tests/services/foundation/test_lease.py" in found
    assert "tests/jobs/test_rollup.py" in found
    assert "tests/devstack" not in found


def test_a_test_file_is_run_itself(graph):
    assert selected_by("tests/devstack/test_changed.py", graph) == {"tests/devstack/test_changed.py"}


@pytest.mark.parametrize("path", ["requirements.txt", "tests/factories.py", "learnstream/__init__.py"])
def test_what_everything_stands_on_runs_everything(path, graph):
    assert selected_by(path, graph) == {"tests"}


def test_what_no_test_is_about_runs_none(graph):
    assert selected_by("CHANGELOG.md", graph) == set()


def test_every_area_has_its_tests():
    missing = [tests for tests in changed.AREAS.values() if not (changed.ROOT / tests).exists()]

    assert missing == []


def test_an_unknown_revision_is_explained_in_one_line():
    with pytest.raises(DevstackError, match="no-such-revision"):
        changed.changed_files("no-such-revision")
