from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from learnstream.services.authoring.snapshot_diff import NOTHING, compare

A, B, C, D = "abcd"


def lesson(name, **fields):
    base = {
        "title": name.upper(),
        "kind": "text",
        "summary": "",
        "free_preview": False,
        "video_id": None,
        "document_id": None,
        "quiz_id": None,
        "assignment_id": None,
    }
    stated = {"completion": None, "prerequisites": [], "release": None}
    return {"id": name, "version_id": name, **base, **stated, **fields}


def module(name, lessons, **fields):
    return {"id": name, "title": name, "prerequisites": [], "release": None, "lessons": lessons, **fields}


def snapshot(*modules, **course):
    return {"course": {"title": "Stars", **course}, "modules": list(modules)}


def of(*names):
    return snapshot(module("m", [lesson(name) for name in names]))


def moved(before, after):
    return {each["id"] for each in compare(of(*before), of(*after))["lessons"] if each["moved"]}


def only(changes):
    [change] = changes
    return change


def test_equal_snapshots_have_no_difference():
    found = compare(of(A, B), of(A, B))

    assert (found["course"], found["modules"], found["lessons"]) == ([], [], [])
    assert set(found["counts"].values()) == {0}


def test_everything_is_new_compared_with_an_empty_snapshot():
    found = compare(NOTHING, of(A, B))

    assert [(each["id"], each["change"], each["before"], each["fields"]) for each in found["lessons"]] == [
        (A, "added", None, []),
        (B, "added", None, []),
    ]
    assert found["course"] == [{"field": "title", "before": None, "after": "Stars"}]
    assert (found["counts"]["modules_added"], found["counts"]["lessons_added"]) == (1, 2)


def test_removed_lessons_come_last():
    found = compare(of(A, B), of(C, B))

    assert [(each["id"], each["change"]) for each in found["lessons"]] == [(C, "added"), (A, "removed")]
    assert found["lessons"][1]["before"] == {"module_id": "m", "module_title": "m", "position": 1}


def test_each_field_is_listed():
    after = lesson(A, title="New", free_preview=True, prerequisites=[B], release={"after_days": 7})
    change = only(compare(of(A), snapshot(module("m", [after])))["lessons"])

    assert (change["title"], change["change"], change["moved"]) == ("New", "changed", False)
    assert {field["field"]: (field["before"], field["after"]) for field in change["fields"]} == {
        "title": ("A", "New"),
        "free_preview": (False, True),
        "prerequisites": ([], [B]),
        "release": (None, {"after_days": 7}),
    }


def test_an_explicit_default_rule_is_not_a_change():
    after = snapshot(module("m", [lesson(A, completion={"rule": "opened", "threshold": None})]))

    assert compare(of(A), after)["lessons"] == []


def test_another_rule_is_a_change():
    change = only(compare(of(A), snapshot(module("m", [lesson(A, completion={"rule": "manual"})])))["lessons"])

    assert only(change["fields"])["after"] == {"rule": "manual", "threshold": None}


def test_a_video_is_replaced_only_where_there_was_one():
    first, second, none = (snapshot(module("m", [lesson(A, kind="video", video_id=each)])) for each in ("v", "w", None))

    assert only(compare(first, second)["lessons"])["video_replaced"]
    assert only(compare(first, none)["lessons"])["video_replaced"]
    assert not only(compare(none, first)["lessons"])["video_replaced"]
    assert compare(first, second)["counts"]["videos_replaced"] == 1


def test_a_document_is_replaced_only_where_there_was_one():
    first, second, none = (snapshot(module("m", [lesson(A, document_id=each)])) for each in ("d", "e", None))

    assert only(compare(first, second)["lessons"])["document_replaced"]
    assert not only(compare(none, first)["lessons"])["document_replaced"]
    assert compare(first, none)["counts"]["documents_replaced"] == 1
    assert compare(first, second)["counts"]["videos_replaced"] == 0


def test_a_quiz_is_replaced_only_where_there_was_one():
    first, second, none = (snapshot(module("m", [lesson(A, quiz_id=each)])) for each in ("d", "e", None))

    assert only(compare(first, second)["lessons"])["quiz_replaced"]
    assert not only(compare(none, first)["lessons"])["quiz_replaced"]
    assert compare(first, none)["counts"]["quizzes_replaced"] == 1
    assert compare(first, second)["counts"]["videos_replaced"] == 0


def test_an_assignment_is_replaced_only_where_there_was_one():
    first, second, none = (snapshot(module("m", [lesson(A, assignment_id=each)])) for each in ("d", "e", None))

    assert only(compare(first, second)["lessons"])["assignment_replaced"]
    assert not only(compare(none, first)["lessons"])["assignment_replaced"]
    assert compare(first, none)["counts"]["assignments_replaced"] == 1


def test_a_lesson_in_another_module_has_moved():
    before = snapshot(module("m", [lesson(A), lesson(B)]), module("n", []))
    after = snapshot(module("m", [lesson(B)]), module("n", [lesson(A)]))

    change = only(compare(before, after)["lessons"])

    assert (change["id"], change["moved"], change["fields"]) == (A, True, [])
    assert (change["before"]["module_id"], change["after"]["module_id"]) == ("m", "n")


def test_a_new_lesson_at_the_top_moves_no_other():
    assert moved([A, B, C], [D, A, B, C]) == set()


def test_the_smallest_number_of_moves_is_reported():
    assert moved([A, B, C, D], [D, A, B, C]) == {D}
    assert moved([A, B, C, D], [B, A, C, D]) in ({A}, {B})


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_the_number_of_moves_is_minimal(after, gone):
    after = [each for each in after if each not in gone]
    stay = max(len(run) for n in range(len(after) + 1) for run in combinations(after, n) if sorted(run) == list(run))

    assert len(moved(map(str, range(6)), map(str, after))) == len(after) - stay


def test_modules_are_matched_by_id():
    before = snapshot(module("m", []), module("n", [], title="N"), module("o", []))
    after = snapshot(module("o", [], prerequisites=["n"]), module("n", [], title="New"))

    found = {each["id"]: each for each in compare(before, after)["modules"]}

    assert {name: each["change"] for name, each in found.items()} == {"n": "changed", "o": "changed", "m": "removed"}
    assert (found["m"]["before"], found["m"]["after"]) == (1, None)
    assert found["n"]["fields"] == [{"field": "title", "before": "N", "after": "New"}]
    assert sum(each["moved"] for each in found.values()) == 1


def test_lessons_of_a_moved_module_have_not_moved():
    m, n = module("m", [lesson(A)]), module("n", [lesson(B)])

    found = compare(snapshot(m, n), snapshot(n, m))

    assert (found["lessons"], found["counts"]["modules_moved"]) == ([], 1)
