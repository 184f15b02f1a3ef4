DEFAULTS = {
    "categories": [],
    "lessons": {},
    "missing": "ignore",
    "pass_fraction": 0.5,
    "completion_fraction": None,
    "scale": [],
    "decimals": 1,
}


def whole(lessons):
    """Return settings with every field."""
    return {
        "categories": [
            {"id": "tests", "title": "Tests", "weight": 0.1, "drop_lowest": 0},
            {"id": "more", "title": "More", "weight": 0, "drop_lowest": 0},
        ],
        "lessons": {
            lessons[0]: {"category_id": "tests", "extra_credit": False},
            lessons[1]: {"category_id": None, "extra_credit": True},
        },
        "missing": "zero_after_due",
        "pass_fraction": 0.3333,
        "completion_fraction": 0.25,
        "scale": [{"label": "A", "from": 0.9}, {"label": "B", "from": 0}],
        "decimals": 4,
    }


def test_a_course_without_settings_has_defaults(client, owner, graded):
    course, _ = graded

    response = client.get(f"/courses/{course.id}/grading", auth=owner)

    assert (response.status_code, response.json) == (200, DEFAULTS)
    assert response.headers["ETag"] == client.get(f"/courses/{course.id}/draft", auth=owner).headers["ETag"]


def test_settings_of_the_draft_are_hidden_from_learners(client, learner, course):
    assert client.get(f"/courses/{course.id}/grading", auth=learner).status_code == 404
