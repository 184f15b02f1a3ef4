"""The README's story, told by a client that was generated from the OpenAPI document. Run beside that client."""

import json
import sys
import time
from pathlib import Path

import httpx
from client import AuthenticatedClient, Client
from client.api.courses import create_course
from client.api.courses_publishing import publish_course
from client.api.enrollment import create_my_enrollment, delete_my_enrollment
from client.api.lessons import create_lesson
from client.api.lessons_video import create_video_upload, read_video
from client.api.playback import read_playback
from client.api.signing_in import sign_in
from client.models import (
    CourseCreate,
    Credentials,
    LessonCreate,
    Problem,
    Publish,
    Renewal,
    UploadRequest,
)

URL, VIDEO, TEACHER, STUDENT = sys.argv[1:]


def signed_in(account):
    tokens = sign_in.sync(client=Client(base_url=URL), body=Credentials.from_dict(json.loads(account)))
    return AuthenticatedClient(base_url=URL, token=tokens.access_token)


author = signed_in(TEACHER)
course = create_course.sync(client=author, body=CourseCreate(title="Knots", summary="Five that hold."))
lesson = create_lesson.sync(
    course.id, client=author, body=LessonCreate.from_dict({"title": "The bowline", "kind": "video"})
)
requested = create_video_upload.sync(lesson.id, client=author, body=UploadRequest())
assert httpx.put(requested.upload.url, content=Path(VIDEO).read_bytes()).is_success
while read_video.sync(lesson.id, client=author).status != "ready":
    time.sleep(0.1)
assert publish_course.sync(course.id, client=author, body=Publish(note="First version")).version == 1

learner = signed_in(STUDENT)
once = {"client": learner, "body": Renewal(), "idempotency_key": f"knots-{course.id}"}
seats = [create_my_enrollment.sync(course.id, **once) for _ in range(2)]
assert seats[0].id == seats[1].id

playback = read_playback.sync(lesson.id, client=learner)
assert httpx.get(playback.manifest_url).text.startswith("#EXTM3U")
assert httpx.get(playback.manifest_url.partition("?")[0]).status_code == 403

delete_my_enrollment.sync(course.id, client=learner)
refused = read_playback.sync(lesson.id, client=learner)
assert isinstance(refused, Problem)
assert refused.code == "not_enrolled"
sys.stdout.write("played\n")
