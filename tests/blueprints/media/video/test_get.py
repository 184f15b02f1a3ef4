def test_authors_see_the_status_of_the_video(client, lesson, owner, give_video):
    video = give_video(lesson)

    response = client.get(f"/lessons/{lesson.id}/video", auth=owner)

    assert (response.status_code, response.json["id"], response.json["source"]) == (200, video["id"], "url")
    assert "asset_facts" not in response.json


def test_a_lesson_without_a_video_is_a_404(client, lesson, owner):
    response = client.get(f"/lessons/{lesson.id}/video", auth=owner)

    assert (response.status_code, response.json["code"]) == (404, "no_video")


def test_the_video_endpoint_is_not_for_learners(client, course, learner, owner, give_video):
    give_video(course.video)

    assert client.get(f"/lessons/{course.video.id}/video", auth=learner).json["code"] == "not_your_course"
