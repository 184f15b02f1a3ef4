def test_authors_see_how_far_the_video_is(client, lesson, owner, give):
    video = give(lesson)

    answer = client.get(f"/lessons/{lesson.id}/video", auth=owner)

    assert (answer.status_code, answer.json["id"], answer.json["source"]) == (200, video["id"], "url")
    assert "asset_facts" not in answer.json


def test_a_lesson_without_a_video_says_so(client, lesson, owner):
    answer = client.get(f"/lessons/{lesson.id}/video", auth=owner)

    assert (answer.status_code, answer.json["code"]) == (404, "no_video")


def test_learners_use_playback_instead(client, course, learner, owner, give):
    give(course.video)

    assert client.get(f"/lessons/{course.video.id}/video", auth=learner).json["code"] == "not_your_course"
