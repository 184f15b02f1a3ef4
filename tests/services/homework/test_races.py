"""Saves and submissions at the same time: one outcome each, whatever the order."""

from learnstream.documents import Progress, Submission
from learnstream.errors.authoring import EditConflict
from learnstream.errors.homework import NothingToSubmit, NotOpenAgain, SubmissionsExhausted
from learnstream.services.homework import following, saving, submissions
from tests.homework import make_assignment_lesson

MANY = 20


def stored():
    return [*Submission.collection().find(sort=[("number", 1)])]


def test_first_saves_at_once_are_one_draft(at_once, save, homework):
    results = at_once(*[lambda n=n: save(homework, f"text {n}", expect=frozenset({"0"})) for n in range(MANY)])

    [draft] = stored()
    saved = [each for each in results if not isinstance(each, Exception)]
    assert [each["text"] for each in saved] == [draft["text"]]
    assert {type(each) for each in results if isinstance(each, Exception)} == {EditConflict}


def test_saves_at_once_of_what_was_read_overwrite_nothing(at_once, save, homework):
    seen = frozenset({submissions.tag_of(save(homework))})

    results = at_once(*[lambda n=n: save(homework, f"text {n}", expect=seen) for n in range(MANY)])

    [draft] = stored()
    assert [each["text"] for each in results if not isinstance(each, Exception)] == [draft["text"]]
    assert draft["revision"] == 2


def test_saves_at_once_without_condition_leave_one_of_them(at_once, save, homework):
    results = at_once(*[lambda n=n: save(homework, f"text {n}") for n in range(MANY)])

    [draft] = stored()
    saved = [each for each in results if not isinstance(each, Exception)]
    assert draft["text"] in {each["text"] for each in saved}
    assert {type(each) for each in results if isinstance(each, Exception)} <= {EditConflict}
    assert draft["revision"] == len(saved)


def test_a_draft_is_handed_in_once(at_once, save, submit, homework):
    save(homework)

    results = at_once(*[lambda: submit(homework)] * MANY, *[following.follow_changes] * 3)[:MANY]

    assert [is_new for _, is_new in results].count(True) == 1
    assert len({submission["digest"] for submission, _ in results}) == 1
    [found] = stored()
    assert [each["type"] for each in found["pending_events"]] == ["submission.submitted"]
    assert (found["completion_due"], found["pending_grade"]) == (False, found["revision"])
    [record] = Progress.collection().find({"completed_at": {"$ne": None}})
    assert [each["type"] for each in record["pending_events"]].count("lesson.completed") == 1


def test_submissions_at_the_limit_never_exceed_it(at_once, save, submit, course):
    lesson = make_assignment_lesson(course, attempts_allowed=3)

    def take(number):
        save(lesson, f"text {number}")
        submit(lesson)

    results = at_once(*[lambda n=n: take(n) for n in range(MANY)])

    assert len([each for each in stored() if each["state"] == "submitted"]) <= 3
    assert [each["number"] for each in stored()] == [*range(1, len(stored()) + 1)]
    assert {type(each) for each in results if each is not None} <= {SubmissionsExhausted, EditConflict}


def test_what_was_saved_before_handing_in_is_handed_in_or_kept(at_once, save, submit, homework):
    save(homework, "First")

    saved, (handed_in, _) = at_once(lambda: save(homework, "Second"), lambda: submit(homework))

    texts = [each["text"] for each in stored()]
    assert isinstance(saved, EditConflict) or texts in (["First", "Second"], ["Second"])
    assert handed_in["text"] == texts[0]


def test_deleting_and_handing_in_have_one_outcome(at_once, where, save, submit, homework):
    save(homework)

    deleted, result = at_once(lambda: saving.discard(**where(homework)), lambda: submit(homework))

    assert deleted is None
    handed_in = [each["state"] for each in stored()]
    assert handed_in == ([] if isinstance(result, NothingToSubmit) else ["submitted"])


def test_saves_at_once_do_not_open_what_has_to_be_returned_first(at_once, save, submit, course):
    lesson = make_assignment_lesson(course, resubmit="when_returned")
    save(lesson)
    submit(lesson)

    results = at_once(*[lambda n=n: save(lesson, f"text {n}") for n in range(5)])

    assert {type(each) for each in results} == {NotOpenAgain}
    assert len(stored()) == 1
