"""What learners see of their submissions."""

from datetime import timedelta

from learnstream.clock import now
from learnstream.schemas.homework.submission import OwnSubmissionsSchema, ShownGradeSchema
from tests.factories import publish
from tests.homework import RUBRIC, grade, hand_in, learner_of, put_assignment, save_draft, submissions_of
from tests.submissions import grade as grade_as_staff


def test_without_submissions_there_are_deadlines_and_limits(client, learner, make_homework):
    due = now().replace(microsecond=0) + timedelta(days=1)
    homework = make_homework(due={"at": due.isoformat()}, attempts_allowed=3)

    found = submissions_of(client, learner, homework)

    assert (found["draft"], found["submissions"], found["may_submit"]) == (None, [], True)
    assert (found["due_at"], found["accepted_until"], found["attempts_left"]) == (due.isoformat(), None, 3)


def test_a_grade_that_is_held_back_is_not_shown(client, learner, make_homework):
    homework = make_homework(release="held")
    receipt = hand_in(client, learner, homework)
    before = client.get(f"/lessons/{homework.id}/submission", auth=learner)
    grade(receipt, 8, private_note="Copied?", released=False)

    after = client.get(f"/lessons/{homework.id}/submission", auth=learner)

    assert after.json == before.json | {"server_time": after.json["server_time"]}
    assert after.headers["ETag"] == before.headers["ETag"]


def test_a_released_grade_is_shown_before_and_after_lateness(client, learner, make_homework, move_clock):
    due, late = (now() + timedelta(hours=1)).isoformat(), {"percent": 12.5, "per": "day"}
    homework = make_homework(due={"at": due}, late=late)
    move_clock(hours=2)
    grade(hand_in(client, learner, homework), 7, comment="Well observed.", private_note="Copied?")

    found = submissions_of(client, learner, homework)

    [submission] = found["submissions"]
    assert submission["grade"]["raw_points"] == 7
    assert (submission["grade"]["points"], submission["penalty"]) == (6.125, 12.5)
    assert (submission["grade"]["comment"], submission["grade"]["max_points"]) == ("Well observed.", 10)
    assert "Copied?" not in str(found)
    assert (found["may_submit"], found["reason"]) == (False, "not_open_again")


def test_a_grade_keeps_its_rubric_when_the_assignment_has_another_one(client, owner, learner, course, make_homework):
    homework = make_homework(rubric=RUBRIC)
    receipt = hand_in(client, learner, homework)
    grade_as_staff(client, owner, receipt["id"], levels={"facts": "all", "style": "good"})
    put_assignment(homework, rubric=[])
    publish(course)

    [submission] = submissions_of(client, learner, homework)["submissions"]

    shown = submission["grade"]["rubric"]
    assert [(each["id"], each["title"], len(each["levels"])) for each in shown] == [
        ("facts", "Facts", 3),
        ("style", "Style", 2),
    ]
    assert shown[0]["levels"][1] == {"id": "some", "title": "Some", "points": 2.5}


def test_all_of_it_is_documented(client, learner, make_homework):
    homework = make_homework(resubmit="until_closed")
    grade(hand_in(client, learner, homework), 7)
    save_draft(client, learner, homework, text="Better")

    found = submissions_of(client, learner, homework)

    described = OwnSubmissionsSchema()
    [submission], draft = found["submissions"], found["draft"]
    assert found.keys() == described.fields.keys()
    assert submission.keys() == described.fields["submissions"].inner.schema.fields.keys()
    assert submission["grade"].keys() == ShownGradeSchema().fields.keys()
    assert draft.keys() == described.fields["draft"].schema.fields.keys()


def test_others_submissions_are_not_shown(client, learner, course, homework):
    hand_in(client, learner, homework)

    assert submissions_of(client, learner_of(course), homework)["submissions"] == []


def test_only_learners_have_submissions(client, owner, stranger, homework):
    for person in (owner, stranger):
        response = client.get(f"/lessons/{homework.id}/submission", auth=person)
        assert (response.status_code, response.json["code"]) == (403, "not_enrolled")
