"""The people and things that the table speaks of."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import mux_python
from sqlalchemy import update

from learnstream import tokens
from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.integrations import video as port
from learnstream.models import Role, Session, User
from learnstream.services.accounts import directory, sessions
from learnstream.services.authoring import courses, lessons, publishing
from learnstream.services.learning import exceptions
from learnstream.services.media import videos, webhooks
from learnstream.stores.sql import db
from tests.factories import (
    PASSWORD,
    CreatedCourse,
    Person,
    make_course,
    make_person,
    make_ready_video,
    make_seat,
    put_video,
)

LESSONS = (
    {"title": "Watching", "kind": LessonKind.VIDEO},
    {"title": "A taste", "kind": LessonKind.VIDEO, "free_preview": True},
)
SAMPLE = "https://samples.test/sample.mp4"
NO_ROW, NO_CONTENT = 999_999, "f" * 24
HOUR = timedelta(hours=1)

Names = dict[str, Any]


@dataclass
class World:
    """Who calls, and what: `things` holds the ids of each thing by what addresses and bodies call them."""

    people: dict[str, Person]
    bad_tokens: dict[str, str]
    things: dict[str, Names]
    missed: Person

    def token(self, caller: str) -> str | None:
        """Return what a caller shows; nothing if it is the guest."""
        if caller == "guest":
            return None
        return self.bad_tokens.get(caller) or self.people[caller].token

    def names(self, caller: str, thing: str) -> Names:
        """Return what a request about a thing is made of, as the caller would fill it in."""
        names = self.things[thing]
        person, other = self.people.get(caller, self.people["owner"]), self.people["other_owner"]
        return names | {
            "account_id": {"own": person.id, "foreign": other.id}.get(thing, NO_ROW),
            "session_id": {"own": person.session_id, "foreign": other.session_id}.get(thing, uuid4()),
            # A viewing carries the access it began with; the matrix tests access itself.
            "viewing": None,
        }


def build() -> World:
    """Create all people and things."""
    people = _people()
    own = _taught(people["owner"], people["learner"])
    foreign = _taught(people["other_owner"], people["other_learner"], versions=2)
    things = {
        "own": own,
        "foreign": foreign,
        "preview": foreign | {"lesson_id": foreign["lesson_ids"][1]},
        "hidden": _names(_draft(people["other_owner"]).id, people["other_learner"]),
        "strayed": own | {name: foreign[name] for name in ("user_id", "target_id", "asset_id")} | {"number": 2},
        "missing": {name: _nothing_like(value) for name, value in own.items()},
    }
    common = _common(people)
    bad_tokens, missed = _bad_tokens(people["admin"]), _missed()
    things = {name: common | thing for name, thing in things.items()}
    return World(people, bad_tokens | {"missed": missed.token}, things, missed)


def _nothing_like(name: Any) -> Any:
    if isinstance(name, list):
        return [_nothing_like(name[0])]
    return NO_CONTENT if isinstance(name, str) else NO_ROW


def _people() -> dict[str, Person]:
    roles = {"admin": Role.ADMIN, "owner": Role.INSTRUCTOR, "other_owner": Role.INSTRUCTOR}
    names = ("stranger", "learner", "other_learner", "owner", "other_owner", "admin")
    return {name: make_person(roles.get(name, Role.STUDENT), name.title()) for name in names}


def _bad_tokens(admin: Person) -> dict[str, str]:
    """Tokens of administrators, which would open everything if they were good."""
    facts = {"user_id": admin.id, "session_id": admin.session_id, "kind": "access"}
    expired = sessions.claims_for(**facts, issued=now() - 2 * HOUR, expires=now() - HOUR)
    disabled = make_person(Role.ADMIN, "Disabled")
    directory.change(by=admin.id, user_id=disabled.id, is_active=False)
    db.session.commit()
    return {"expired": tokens.mint(expired), "refresh": _refresh_token(admin), "disabled": disabled.token}


def _missed() -> Person:
    """Somebody who is a signed-in administrator to Redis alone, which was never told of the end of either."""
    missed = make_person(Role.STUDENT, "Missed")
    db.session.execute(update(Session).where(Session.id == missed.session_id).values(revoked_at=now()))
    db.session.commit()
    return missed


def _refresh_token(person: Person) -> str:
    token = sessions.begin(db.session.get_one(User, person.id), user_agent="", ip="").refresh_token
    db.session.commit()
    return token


def _draft(owner: Person) -> CreatedCourse:
    course = make_course(owner, LESSONS, published=False)
    for lesson in course.lessons:
        put_video(lesson, make_ready_video(source="upload", asset_id=_asset()))
    return course


def _asset() -> str:
    """An asset that the video service really holds."""
    wanted = {"inputs": [{"url": SAMPLE}], "playback_policies": ["signed"]}
    return mux_python.AssetsApi(port.service()._client).create_asset(wanted).data.id


def _taught(owner: Person, learner: Person, versions: int = 1) -> Names:
    """A published course, and a learner to whom something was granted."""
    course = _draft(owner)
    for _ in range(versions):
        publishing.publish(course_id=course.id, published_by=owner.id)
    names = _names(course.id, learner)
    seat = make_seat(learner, course)
    granted = {"unlocks_at": now(), "without_prerequisites": True, "reason": "To try things out."}
    about = {name: names[name] for name in ("course_id", "user_id", "target_id")}
    exceptions.set_override(**about, **granted, granted_by=owner.id)
    db.session.commit()
    return names | {"enrollment_id": seat.id}


def _names(course_id: str, learner: Person) -> Names:
    module = courses.draft(course_id)["modules"][0]
    lesson_ids = [str(lesson_id) for lesson_id in module["lesson_ids"]]
    video = videos.find(str(lessons.draft(lesson_ids[0])["video_id"]))
    return {
        "course_id": course_id,
        "module_id": module["id"],
        "lesson_id": lesson_ids[0],
        "lesson_ids": lesson_ids,
        "target_id": lesson_ids[0],
        "video_id": str(video["_id"]),
        "asset_id": video["asset_id"],
        "number": 1,
        "to_version": 1,
        "user_id": learner.id,
        "user_ids": [learner.id],
        "enrollment_id": NO_ROW,
        "event_id": "4813455b-8fe8-40cc-9150-9aa5e2de67ca",
    }


def _common(people: dict[str, Person]) -> Names:
    """What bodies name that is the same for all things."""
    event = {"id": "4813455b-8fe8-40cc-9150-9aa5e2de67ca", "type": "video.live_stream.idle", "data": {}}
    webhooks.receive(json.dumps(event).encode(), event)
    return {
        "video_url": SAMPLE,
        "expires_at": (now() + timedelta(days=365)).isoformat(),
        "instructor_ids": [people["owner"].id, people["other_owner"].id],
        "newcomer_id": people["stranger"].id,
        "username": people["owner"].email,
        "password": PASSWORD,
        "current_password": PASSWORD,
        "refresh_token": _refresh_token(people["owner"]),
    }
