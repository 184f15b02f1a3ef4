from datetime import UTC, datetime

LATER = datetime(2027, 4, 1, 12, tzinfo=UTC).isoformat()


def test_the_course_staff_see_all_extensions(client, owner, extend, learner, group, homework):
    extend(due_at=LATER)
    extend(group_id=group, accepted_until=LATER)

    listed = client.get(f"/lessons/{homework.id}/extensions", auth=owner)

    assert listed.status_code == 200
    assert [(each["name"], each["due_at"], each["accepted_until"]) for each in listed.json] == [
        ("Class 7b", None, LATER),
        (learner.name, LATER, None),
    ]


def test_a_lesson_shows_its_own_extensions_only(client, owner, extend, make_homework):
    extend(due_at=LATER)

    assert client.get(f"/lessons/{make_homework(title='Another').id}/extensions", auth=owner).json == []


def test_learners_do_not_see_who_has_more_time(client, learner, extend, homework):
    extend(due_at=LATER)

    assert client.get(f"/lessons/{homework.id}/extensions", auth=learner).status_code == 403
