import grimp
import pytest

from devstack.errors import DevstackError
from devstack.testing import changed


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("learnstream", cache_dir=None)


def selected_by(path, graph):
    return set(changed.select(path, graph))


def test_a_module_selects_the_tests_of_all_its_importers(graph):
    selected = selected_by("learnstream/services/foundation/lease.py", graph)

    assert "tests/services/foundation/test_lease.py" in selected
    assert "tests/jobs/test_rollup.py" in selected
    assert "tests/devstack" not in selected


def test_a_changed_test_file_selects_itself(graph):
    assert selected_by("tests/devstack/test_changed.py", graph) == {"tests/devstack/test_changed.py"}


@pytest.mark.parametrize("path", ["requirements.txt", "tests/factories.py", "learnstream/__init__.py"])
def test_a_file_that_everything_depends_on_selects_all_tests(path, graph):
    assert selected_by(path, graph) == {"tests"}


def test_a_file_without_tests_selects_none(graph):
    assert selected_by("CHANGELOG.md", graph) == set()


def test_every_area_has_tests():
    missing = [tests for tests in changed.AREAS.values() if not (changed.ROOT / tests).exists()]

    assert missing == []


def test_an_unknown_revision_is_named_in_the_error():
    with pytest.raises(DevstackError, match="no-such-revision"):
        changed.changed_files("no-such-revision")
