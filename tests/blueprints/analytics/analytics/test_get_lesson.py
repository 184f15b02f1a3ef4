import pytest

from learnstream.services.analytics import rollup
from tests.factories import make_lesson, make_ready_video, show_video
from tests.learning import watch


@pytest.fixture
def figures_path(course):
    return f"/lessons/{course.lessons[0].id}/analytics?from=2026-03-02&to=2026-03-03"


def test_a_lesson_has_totals_and_days(get_figures, activity, figures_path, course, owner):
    found = get_figures(figures_path, auth=owner)

    assert (found["title"], found["kind"], found["course_id"]) == ("First film", "video", course.id)
    assert found["totals"] == {"started": 2, "completed": 2, "watch_seconds": 210}
    assert found["days"] == [
        {"day": "2026-03-02", "active": 1, "completions": 0, "watch_seconds": 50},
        {"day": "2026-03-03", "active": 2, "completions": 2, "watch_seconds": 160},
    ]
    assert found["range"] == {"completions": 2, "watch_seconds": 210}


def test_a_lesson_has_a_retention_curve(get_figures, activity, figures_path, course, videos, stranger):
    watch(stranger, course, course.lessons[0], videos[0], (0, 10), (20, 30))
    rollup.run(rest=0)

    curve = get_figures(figures_path)["retention"]

    assert (curve["video_id"], curve["duration"], curve["viewers"]) == (videos[0], 100.0, 3)
    assert [part["watched"] for part in curve["parts"][:40]] == [3] * 10 + [2] * 10 + [3] * 10 + [2] * 10
    assert [part["from"] for part in curve["parts"] if part["again"]] == [float(second) for second in range(40, 50)]
    assert {part["to"]: part["left"] for part in curve["parts"] if part["left"]} == {31.0: 1, 100.0: 2}


def test_a_replaced_video_keeps_its_curve(get_figures, activity, figures_path, course, videos):
    new = make_ready_video(duration=50.0)
    show_video(course, course.lessons[0], new)

    now_shown = get_figures(figures_path)
    before = get_figures(f"{figures_path}&video_id={videos[0]}")["retention"]

    assert now_shown["retention"] == {"video_id": new, "duration": 50.0, "viewers": 0, "parts": []}
    assert [(each["video_id"], each["viewers"], each["shown"]) for each in now_shown["videos"]] == [
        (new, 0, True),
        (videos[0], 2, False),
    ]
    assert (before["viewers"], len(before["parts"])) == (2, 100)


def test_a_learner_of_both_videos_is_in_both_curves(get_figures, activity, figures_path, course, videos):
    lea, _ = activity
    new = make_ready_video(duration=50.0)
    show_video(course, course.lessons[0], new)
    watch(lea, course, course.lessons[0], new, (0, 20), duration=50.0)
    rollup.run(rest=0)

    assert get_figures(figures_path)["retention"]["viewers"] == 1
    assert get_figures(f"{figures_path}&video_id={videos[0]}")["retention"]["viewers"] == 2


def test_a_text_has_no_curve(get_figures, activity, course):
    found = get_figures(f"/lessons/{course.lessons[2].id}/analytics")

    assert (found["kind"], found["retention"], found["videos"]) == ("text", None, [])
    assert found["totals"]["completed"] == 1


def test_a_lesson_that_was_deleted_is_still_shown(client, get_figures, activity, figures_path, course, owner):
    client.delete(f"/lessons/{course.lessons[0].id}", auth=owner)

    assert get_figures(figures_path)["totals"]["started"] == 2


@pytest.mark.parametrize(
    ("query", "status"), [("video_id=x", 422), (f"video_id={'0' * 24}", 404), ("from=2026-03-02&to=2026-03-01", 422)]
)
def test_invalid_input_is_rejected(client, admin, course, query, status):
    assert client.get(f"/lessons/{course.lessons[0].id}/analytics?{query}", auth=admin).status_code == status


@pytest.mark.parametrize("who", ["other_owner", "stranger"])
def test_figures_are_for_instructors_of_the_course(client, request, course, who):
    response = client.get(f"/lessons/{course.lessons[0].id}/analytics", auth=request.getfixturevalue(who))

    assert response.json["code"] == "not_your_course"


@pytest.mark.parametrize("lesson_id", ["0" * 24, None])
def test_an_unknown_lesson_has_no_figures(client, admin, lesson_id):
    lesson_id = lesson_id or make_lesson(admin, None).id

    assert client.get(f"/lessons/{lesson_id}/analytics", auth=admin).json["code"] == "not_found"


def test_only_a_few_documents_are_read(get_figures, activity, figures_path, plans):
    with plans:
        get_figures(figures_path)

    assert plans.scans == []
    assert plans.examined("progress") + plans.examined("course_progress") == 0
    assert plans.examined("lesson_stats") == 1
