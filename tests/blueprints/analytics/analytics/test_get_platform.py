import pytest
from bson import ObjectId

from learnstream.documents import LessonStats
from learnstream.services.analytics import rollup
from tests.factories import make_course, make_person, make_video, put_video
from tests.learning import LESSONS, open_text, seat, watch

FIGURES_PATH = "/admin/analytics?from=2026-03-02&to=2026-03-03"


def test_the_platform_sums_up_all_courses(get_figures, activity, owner, course):
    lea, _ = activity
    other = make_course(owner, lessons=LESSONS)
    seat(lea, other)
    open_text(lea, other, other.lessons[2])
    rollup.run(rest=0)

    found = get_figures(FIGURES_PATH)

    assert (found["totals"]["enrollments"], found["totals"]["completed"]) == (3, 1)
    assert found["days"][1] == {
        "day": "2026-03-03",
        "active": 2,
        "completions": 1,
        "watch_seconds": 260,
        "enrollments": 0,
    }
    assert found["as_of"] is not None


def test_a_platform_without_learners_has_empty_figures(get_figures):
    found = get_figures(FIGURES_PATH)

    assert (found["as_of"], found["totals"]["enrollments"], found["top_videos"]) == (None, 0, [])


def test_the_most_watched_lessons_come_first(get_figures, activity, course):
    top = get_figures(FIGURES_PATH)["top_videos"]

    assert [(each["lesson_title"], each["watch_seconds"]) for each in top] == [
        ("First film", 210),
        ("Second film", 100),
    ]
    assert (top[0]["course_title"], top[0]["course_id"], top[0]["finished_share"]) == ("Films", course.id, None)


def test_lessons_with_the_highest_dropout_are_listed(get_figures, activity, course, videos):
    for number in range(9):
        watch(make_person(), course, course.lessons[1], videos[1], (0, 95 if number < 2 else 5))
    rollup.run(rest=0)

    [losing] = get_figures(FIGURES_PATH)["losing_lessons"]

    assert (losing["lesson_title"], losing["started"], losing["completed"]) == ("Second film", 10, 3)
    assert losing["finished_share"] == 0.3


def test_failed_videos_are_listed(get_figures, course):
    broken = make_video(status="errored", error={"type": "invalid_input", "messages": ["Not a", "video."]})
    make_video(status="errored")
    put_video(course.lessons[0], broken)

    [failed] = get_figures(FIGURES_PATH)["failed_videos"]

    assert (failed["video_id"], failed["error"]) == (broken, "Not a video.")
    assert (failed["lesson_title"], failed["course_title"]) == ("First film", "Films")


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_figures_are_for_admins(client, request, who):
    assert client.get(FIGURES_PATH, auth=request.getfixturevalue(who)).json["code"] == "admins_only"


def test_only_a_few_documents_are_read(get_figures, activity, course, plans):
    more = {"course_id": ObjectId(course.id), "finished_share": 1.0, "started": 1, "completed": 1}
    LessonStats.collection().insert_many(more | {"watch_seconds": number} for number in range(300))
    with plans:
        get_figures(FIGURES_PATH)

    assert plans.scans == []
    assert plans.examined("progress") + plans.examined("course_progress") == 0
    assert plans.examined("lesson_stats") <= 20
