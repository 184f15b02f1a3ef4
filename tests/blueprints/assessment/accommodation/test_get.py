def test_the_course_staff_see_all_accommodations(client, owner, grant, learner, group, quiz):
    grant(extra_seconds=60)
    grant(group_id=group, extra_attempts=1)

    listed = client.get(f"/lessons/{quiz.id}/accommodations", auth=owner)

    assert listed.status_code == 200
    assert [(each["name"], each["extra_seconds"], each["extra_attempts"]) for each in listed.json] == [
        ("Class 7b", 0, 1),
        (learner.name, 60, 0),
    ]


def test_a_lesson_shows_its_own_accommodations_only(client, owner, grant, course):
    grant(extra_seconds=60)

    assert client.get(f"/lessons/{course.text.id}/accommodations", auth=owner).json == []


def test_learners_do_not_see_who_has_more(client, learner, grant, quiz):
    grant(extra_seconds=60)

    assert client.get(f"/lessons/{quiz.id}/accommodations", auth=learner).status_code == 403
