"""The design's table: what works while a store is away, as requests and their expected responses."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, repeat
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from requests import Response

from learnstream.clock import now
from tests.faults.seeder import PASSWORD, Person, Seeder

STORES = ("postgres", "mongodb", "redis")


@dataclass(frozen=True)
class Case:
    """A request, and its expected status while each store is away.

    `normal_status` is its status while all are up; `cached`: the response was cached before, and must stay the same.
    """

    name: str
    send: Callable[[], Response]
    outage_status: tuple[int, int, int]
    normal_status: int = 200
    cached: bool = False

    def status_without(self, store: str) -> int:
        return self.outage_status[STORES.index(store)]


Row = Callable[[Seeder], list[Case]]


def catalogue(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    known, unknown = seeder.course(owner), seeder.course(owner)
    guest, learner = seeder.guest, seeder.learner(known)
    cached = {"outage_status": (200, 200, 200), "cached": True}
    unseen = {"outage_status": (200, 503, 200)}
    return [
        Case("catalogue", get(guest, "/courses"), **cached),
        Case("course", get(guest, known.path), **cached),
        Case("outline", get(guest, f"{known.path}/lessons"), **cached),
        Case("reading list", get(guest, f"{known.path}/reading-list"), **cached),
        Case("preview", get(guest, f"/lessons/{known.preview}"), **cached),
        Case("text", get(learner, f"/lessons/{known.text}"), **cached),
        Case("unseen course", get(guest, unknown.path), **unseen),
        Case("unseen preview", get(guest, f"/lessons/{unknown.preview}"), **unseen),
    ]


def playback(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    known, unknown = seeder.course(owner), seeder.course(owner)
    learner, newcomer, stranger = seeder.learner(known, unknown), seeder.learner(known), seeder.person()
    return [
        Case("learner", play(learner, known.video), outage_status=(200, 200, 200), cached=True),
        Case("newcomer", play(newcomer, known.video), outage_status=(503, 200, 200)),
        Case("guest", play(seeder.guest, known.preview), outage_status=(200, 200, 200), cached=True),
        Case(
            "failed", fail_to_play(learner, known.video), normal_status=202, outage_status=(202, 503, 202), cached=True
        ),
        Case("unseen lesson", play(learner, unknown.video), outage_status=(503, 503, 200)),
        # The lack of a seat is not cached, so PostgreSQL is asked each time.
        Case("stranger", play(stranger, known.video), outage_status=(503, 403, 403), normal_status=403, cached=True),
    ]


def progress(seeder: Seeder) -> list[Case]:
    course = seeder.course(seeder.instructor())
    learner, newcomer = seeder.learner(course), seeder.learner(course)
    known = {"outage_status": (200, 503, 200), "cached": True}
    unknown = {"outage_status": (503, 503, 200)}
    return [
        Case("report", report(learner, course.video), **known),
        Case("lesson", get(learner, f"/lessons/{course.video}/progress"), **known),
        Case("course", get(learner, f"{course.path}/progress"), **known),
        Case("what is open", get(learner, f"{course.path}/access"), **known),
        Case("all courses", get(learner, "/users/me/progress"), **known),
        Case("history", get(learner, "/users/me/history"), **known),
        Case("newcomer's report", report(newcomer, course.video), **unknown),
        Case("newcomer's courses", get(newcomer, "/users/me/progress"), **unknown),
    ]


def reading(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    course = seeder.course(owner)
    book_id = owner.request_json("POST", "/books", title="Dracula")["id"]
    path = f"{course.path}/reading-list"
    owner.request_json("PUT", path, entries=[{"book_id": book_id, "required": True, "lesson_id": course.text}])
    owner.request_json("POST", f"{course.path}/publish")
    learner, other, newcomer = (seeder.learner(course) for _ in range(3))
    mark = f"{path}/{book_id}/read"
    known = {"outage_status": (200, 503, 200), "cached": True}
    return [
        Case("list", get(seeder.guest, path), outage_status=(200, 200, 200), cached=True),
        Case("mark", send(learner, "PUT", mark), **known),
        Case("own lists", get(learner, "/users/me/reading"), **known),
        # Whose seat is seen thereby.
        Case("progress", get(other, f"{course.path}/progress"), **known),
        Case("take back", send(other, "DELETE", mark), outage_status=(204, 503, 204), normal_status=204),
        Case("newcomer's mark", send(newcomer, "PUT", mark), outage_status=(503, 503, 200)),
    ]


def sign_in(seeder: Seeder) -> list[Case]:
    seeder.renew_admin()
    one, two, three, four = seeder.person(), seeder.person(), seeder.person(), seeder.person()
    careful = seeder.careful_person()
    unprotected = {"outage_status": (503, 404, 404), "normal_status": 404}
    confirm = send(careful, "POST", "/auth/mfa/totp/confirm", code="123456")
    # A link works once; only PostgreSQL knows that it was used.
    used = {"outage_status": (503, 400, 400), "normal_status": 400}
    made = {"outage_status": (503, 201, 201), "normal_status": 201}
    requested = {"outage_status": (503, 202, 202), "normal_status": 202}
    return [
        Case("login", one.sign_in, outage_status=(503, 200, 200)),
        Case("login with a code", careful.sign_in_with_recovery_code, outage_status=(503, 200, 200)),
        Case("second factor", get(careful, "/auth/mfa"), outage_status=(503, 200, 200)),
        Case("set up", send(two, "POST", "/auth/mfa/totp"), outage_status=(503, 201, 201), normal_status=201),
        Case("confirm", confirm, outage_status=(503, 409, 409), normal_status=409),
        Case("new recovery codes", prove(two, "POST", "/auth/mfa/recovery-codes"), **unprotected),
        Case("remove", prove(two, "DELETE", "/auth/mfa/totp"), **unprotected),
        Case(
            "remove a lost one", send(seeder.admin, "DELETE", "/admin/users/999999/mfa", reason="Lost"), **unprotected
        ),
        Case(
            "reauthenticate",
            prove(one, "POST", "/auth/reauthenticate"),
            outage_status=(503, 204, 204),
            normal_status=204,
        ),
        Case("refresh", two.refresh, outage_status=(503, 200, 200)),
        Case("register", register(seeder), outage_status=(503, 201, 201), normal_status=201),
        Case("forgot", send(seeder.guest, "POST", "/auth/password/forgot", email=one.email), **requested),
        Case("another link", send(one, "POST", "/auth/verify-email/resend"), **requested),
        Case("verify", use_link(seeder, four, "verify_email", "/auth/verify-email"), **used),
        Case("reset", use_link(seeder, four, "reset_password", "/auth/password/reset", password=PASSWORD), **used),
        Case("link", send(seeder.admin, "POST", f"/admin/users/{four.id}/links", purpose="reset_password"), **made),
        Case("logout", sign_out_and_in(three), outage_status=(503, 200, 200)),
        Case("me", get(one, "/users/me"), outage_status=(503, 200, 200), cached=True),
    ]


def enrollment(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    known, unknown = seeder.course(owner), seeder.course(owner)
    learner, one, two = seeder.learner(known), seeder.person(), seeder.person()
    return [
        Case("already", enroll(learner, known.path), outage_status=(503, 409, 409), normal_status=409, cached=True),
        Case("seen course", enroll_and_withdraw(one, known.path), outage_status=(503, 204, 204), normal_status=204),
        Case("unseen course", enroll_and_withdraw(two, unknown.path), outage_status=(503, 503, 204), normal_status=204),
        Case("reasons", get(owner, f"{known.path}/learners/{learner.id}/grants"), outage_status=(503, 200, 200)),
    ]


def authoring(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    course = seeder.course(owner)
    refused = {"outage_status": (503, 503, 200)}
    made = {"outage_status": (503, 503, 201), "normal_status": 201}
    lesson = {"title": "One more", "kind": "text"}
    quiz, assignment = seeder.quiz(owner), f"/lessons/{seeder.assignment(owner)[1]}/assignment"
    return [
        Case("edit", send(owner, "PATCH", course.path, summary="Stars"), **refused),
        Case("edit lesson", send(owner, "PATCH", f"/lessons/{course.text}", title="Moons"), **refused),
        Case("new course", send(owner, "POST", "/courses", title="Botany"), **made),
        Case("new lesson", send(owner, "POST", f"{course.path}/lessons", **lesson), **made),
        Case("publish", send(owner, "POST", f"{course.path}/publish"), **made),
        Case("publish preview", get(owner, f"{course.path}/publish-preview"), **refused),
        Case("diff", get(owner, f"{course.path}/versions/diff"), outage_status=(200, 503, 200)),
        Case("restore", send(owner, "POST", f"{course.path}/versions/1/restore"), **refused),
        Case("migrate", send(owner, "POST", f"{course.path}/learners/migrate"), **refused),
        Case("upload", send(owner, "POST", f"/lessons/{course.video}/video/upload"), **made),
        Case("quiz", send(owner, "PUT", f"/lessons/{quiz}/quiz", sections=[]), **refused),
        Case("assignment", send(owner, "PUT", assignment, points=5), **refused),
        Case("read assignment", get(owner, assignment), outage_status=(200, 503, 200)),
        Case("read quiz", get(owner, f"/lessons/{quiz}/quiz"), outage_status=(200, 503, 200)),
        Case("grading", send(owner, "PUT", f"{course.path}/grading", decimals=2), **refused),
        Case("reading list", send(owner, "PUT", f"{course.path}/reading-list", entries=[]), **refused),
        Case("draft's reading list", get(owner, f"{course.path}/reading-list?draft=true"), (200, 503, 200)),
        Case("read grading", get(owner, f"{course.path}/grading"), outage_status=(200, 503, 200)),
    ]


def questions(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    course = seeder.course(owner)
    content = {"kind": "true_false", "stem": "The Moon has phases.", "content": {"correct": True}}
    question, other = (
        f"/questions/{owner.request_json('POST', f'{course.path}/questions', **content)['id']}" for _ in range(2)
    )
    file = {"file_id": seeder.questions(owner)}
    requested = owner.request_json("POST", f"{course.path}/questions/import", **file)
    known = {"outage_status": (200, 503, 200)}
    refused = {"outage_status": (503, 503, 200)}
    return [
        Case("create", send(owner, "POST", f"{course.path}/questions", **content), (503, 503, 201), normal_status=201),
        Case("list", get(owner, f"{course.path}/questions"), **known),
        Case("question", get(owner, question), **known),
        Case("change", send(owner, "PATCH", question, stem="The Moon has four phases."), **refused),
        Case("versions", get(owner, f"{question}/versions"), **known),
        Case("version", get(owner, f"{question}/versions/1"), **known),
        Case("archive", send(owner, "DELETE", other), (503, 503, 204), normal_status=204),
        Case(
            "import", send(owner, "POST", f"{course.path}/questions/import", **file), (503, 503, 202), normal_status=202
        ),
        Case("imports", get(owner, f"{course.path}/questions/imports"), outage_status=(503, 200, 200)),
        Case(
            "import state",
            get(owner, f"{course.path}/questions/imports/{requested['id']}"),
            outage_status=(503, 200, 200),
        ),
        *(
            Case(f"export {each}", get(owner, f"{course.path}/questions/export.{each}"), **known)
            for each in ("csv", "xlsx", "gift")
        ),
        Case("template", get(owner, "/questions/import-template.csv"), outage_status=(200, 200, 200)),
    ]


def books(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    known, unknown = (
        f"/books/{owner.request_json('POST', '/books', title=each)['id']}" for each in ("Dracula", "Carmilla")
    )
    cached = {"outage_status": (200, 200, 200), "cached": True}
    refused = {"outage_status": (503, 503, 200)}
    return [
        Case("list", get(seeder.guest, "/books?q=dracula"), **cached),
        Case("book", get(seeder.guest, known), **cached),
        Case("unseen list", get(seeder.guest, f"/books?q={uuid4().hex}"), outage_status=(200, 503, 200)),
        Case("unseen book", get(seeder.guest, unknown), outage_status=(200, 503, 200)),
        Case("add", send(owner, "POST", "/books", title="Ulysses"), (503, 503, 201), normal_status=201),
        Case("change", send(owner, "PATCH", unknown, page_count=108), **refused),
        Case("delete unknown", send(owner, "DELETE", f"/books/{'f' * 24}"), (503, 503, 404), normal_status=404),
        *book_imports(seeder, owner),
        *book_reviews(seeder, owner),
    ]


def book_reviews(seeder: Seeder, owner: Person) -> list[Case]:
    path = f"/books/{owner.request_json('POST', '/books', title='Emma')['id']}/reviews"
    one, two = seeder.person(), seeder.person()
    for each in (one, two):
        each.request_json("PUT", f"{path}/mine", stars=5, text="A classic.")
    known = {"outage_status": (200, 503, 200)}
    return [
        Case("own review", get(one, f"{path}/mine"), **known),
        Case("review", write_review(one, f"{path}/mine"), **known),
        Case("review and delete", write_and_delete(two, f"{path}/mine"), (204, 503, 204), normal_status=204),
    ]


def book_imports(seeder: Seeder, owner: Person) -> list[Case]:
    file = {"file_id": seeder.books(owner), "dry_run": True}
    requested = f"/book-imports/{owner.request_json('POST', '/book-imports', **file)['id']}"
    known = {"outage_status": (503, 200, 200)}
    return [
        Case("import", send(owner, "POST", "/book-imports", **file), (503, 503, 202), normal_status=202),
        Case("imports", get(owner, "/book-imports"), **known),
        Case("import state", get(owner, requested), **known),
        Case("undo a dry run", send(owner, "POST", f"{requested}/undo"), (503, 409, 409), normal_status=409),
        Case("export", get(owner, "/books.csv?q=dracula"), outage_status=(200, 503, 200)),
        Case("template", get(owner, "/books/import-template.csv"), outage_status=(200, 200, 200)),
    ]


def photos(seeder: Seeder) -> list[Case]:
    one, unknown = seeder.person(), {"file_id": "f" * 24}
    photo_id = seeder.photo(one)
    return [
        Case("seen photo", get(seeder.guest, f"/photos/{photo_id}/small"), outage_status=(200, 503, 200)),
        Case("choose", send(one, "PUT", "/users/me/photo", file_id=photo_id), outage_status=(503, 503, 200)),
        Case("unseen photo", get(seeder.guest, f"/photos/{'f' * 24}/small"), (404, 503, 404), normal_status=404),
        Case("set", send(one, "PUT", "/users/me/photo", **unknown), (503, 503, 422), normal_status=422),
        Case("remove", send(one, "DELETE", "/users/me/photo"), (503, 204, 204), normal_status=204),
    ]


def webhooks(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    course_id = owner.request_json("POST", "/courses", title="Geology")["id"]
    lesson_id = seeder.lesson(owner, course_id, kind="video")
    upload = owner.request_json("POST", f"/lessons/{lesson_id}/video/upload")["upload"]
    first = seeder.events_of(upload["id"])[0]
    return [
        Case("kept", seeder.deliver_ignored_event, outage_status=(200, 503, 200)),
        Case("applied", lambda: seeder.deliver(first), outage_status=(200, 503, 200)),
    ]


def payment_webhooks(seeder: Seeder) -> list[Case]:
    works = {"outage_status": (503, 200, 200)}
    return [
        Case("kept", seeder.deliver_payment_event, **works),
        Case("listed", get(seeder.admin, "/admin/payment-events"), **works),
    ]


def background_work(seeder: Seeder) -> list[Case]:
    known = {"outage_status": (503, 200, 200)}
    unknown = {"outage_status": (503, 404, 404), "normal_status": 404}
    return [
        Case("followers", get(seeder.admin, "/admin/followers"), **known),
        Case("parked events", get(seeder.admin, "/admin/parked-events"), **known),
        Case("commands", get(seeder.admin, "/admin/commands"), **known),
        Case("mails", get(seeder.admin, "/admin/mails"), **known),
        Case("retry mails", send(seeder.admin, "POST", "/admin/mails/999999/retry"), **unknown),
        Case("replay", send(seeder.admin, "POST", "/admin/followers/unknown/replay", from_position=1), **unknown),
        Case("park", send(seeder.admin, "POST", "/admin/followers/unknown/park"), **unknown),
        *(
            Case(f"{act} {kind}", send(seeder.admin, "POST", f"/admin/{kind}/999999/{act}"), **unknown)
            for kind in ("parked-events", "commands")
            for act in ("retry", "skip")
        ),
    ]


def invitations(seeder: Seeder) -> list[Case]:
    owner, admin = seeder.instructor(), seeder.admin
    course = seeder.course(owner)
    works = {"outage_status": (503, 200, 200)}
    made = {"outage_status": (503, 201, 201), "normal_status": 201}
    needs_course = {"outage_status": (503, 503, 201), "normal_status": 201}
    invitee = {"email": seeder.newcomer().email, "role": "student"}
    to_course = invitee | {"course_ids": [course.id]}
    of_course = f"{course.path}/invitations"
    invited = admin.request_json("POST", "/admin/invitations", **to_course)["id"]
    sent = {"outage_status": (503, 202, 202), "normal_status": 202}
    # The course has been seen thereby.
    invited_to_course = owner.request_json("POST", of_course, email=invitee["email"])["id"]
    unknown = {"outage_status": (503, 404, 404), "normal_status": 404}
    return [
        Case("list", get(admin, "/admin/invitations"), **works),
        Case("list of course", get(owner, of_course), **works),
        Case("invite", send(admin, "POST", "/admin/invitations", **invitee), **made),
        Case("invite many", send(admin, "POST", "/admin/invitations/batch", invitations=[invitee]), **made),
        Case("invite to course", send(admin, "POST", "/admin/invitations", **to_course), **needs_course),
        Case("invite as instructor", send(owner, "POST", of_course, email=invitee["email"]), **made),
        Case("link", send(admin, "POST", f"/admin/invitations/{invited}/link"), **made),
        Case("resend", send(admin, "POST", f"/admin/invitations/{invited}/resend"), **sent),
        Case("resend of course", send(owner, "POST", f"{of_course}/{invited_to_course}/resend"), **sent),
        Case("accept", accept_invitation(seeder), **works),
        Case("revoke", send(admin, "DELETE", "/admin/invitations/999999"), **unknown),
        Case("revoke of course", send(owner, "DELETE", f"{of_course}/999999"), **unknown),
    ]


def files(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    new = {"purpose": "document", "name": "Moon.pdf", "size": 1000}
    known = {"outage_status": (200, 503, 200)}
    made = {"outage_status": (201, 503, 201), "normal_status": 201}
    file, uploaded = (
        f"/files/{owner.request_json('POST', '/files', **new)['id']}",
        owner.request_json("POST", "/files", **new),
    )
    return [
        Case("create", send(owner, "POST", "/files", **new), **made),
        Case("complete", send(owner, "POST", f"{file}/complete"), outage_status=(202, 503, 202), normal_status=202),
        Case("upload", upload(seeder.guest, uploaded), outage_status=(204, 503, 204), normal_status=204),
        Case("state", get(owner, file), **known),
        Case("own files", get(owner, "/users/me/files"), **known),
        Case("delete", create_and_delete(owner, new), outage_status=(204, 503, 204), normal_status=204),
    ]


def imports(seeder: Seeder) -> list[Case]:
    file_id, unknown = seeder.spreadsheet(seeder.admin), {"file_id": "f" * 24}
    requested = seeder.admin.request_json("POST", "/admin/imports", file_id=file_id, dry_run=True)["id"]
    again = send(seeder.admin, "POST", "/admin/imports", file_id=file_id, dry_run=True)
    return [
        Case("request", again, outage_status=(503, 503, 202), normal_status=202),
        Case(
            "request unknown",
            send(seeder.admin, "POST", "/admin/imports", **unknown),
            (503, 503, 404),
            normal_status=404,
        ),
        Case("progress", get(seeder.admin, f"/admin/imports/{requested}"), outage_status=(503, 200, 200)),
        Case("list", get(seeder.admin, "/admin/imports"), outage_status=(503, 200, 200)),
        Case("errors", get(seeder.admin, f"/admin/imports/{requested}/errors.xlsx"), outage_status=(503, 200, 200)),
        Case("export", get(seeder.admin, "/admin/users.csv"), outage_status=(503, 200, 200)),
    ]


def groups(seeder: Seeder) -> list[Case]:
    admin, member = seeder.admin, seeder.person()
    group, other = (admin.request_json("POST", "/admin/groups", name="A class", code=f"{member.id} {n}") for n in "ab")
    path, away = f"/admin/groups/{group['id']}", {"outage_status": (503, 200, 200)}
    # One who is added, moved and removed, and one who stays, whatever comes first.
    users = {"user_ids": [seeder.person().id]}
    admin.request_json("POST", f"{path}/members", user_ids=[member.id])
    move = {"to_group_id": other["id"], **users}
    owner = seeder.instructor()
    course = seeder.course(owner)
    given, of_group = f"{path}/courses/{course.id}", f"group_id={group['id']}"
    admin.request_json("PUT", f"{path}/staff", user_ids=[owner.id])
    admin.request_json("PUT", given, mandatory=True)
    sky = admin.request_json("POST", "/admin/programs", title="The sky", published=True)
    program = f"{path}/programs/{sky['id']}"
    admin.request_json("PUT", program, mandatory=True)
    return [
        Case("list", get(admin, "/admin/groups"), **away),
        Case("group", get(admin, path), **away),
        Case("rename", send(admin, "PATCH", path, name="A new class"), **away),
        Case("add", send(admin, "POST", f"{path}/members", **users), **away),
        Case("members", get(admin, f"{path}/members"), **away),
        Case("change dates", send(admin, "PUT", given, mandatory=False), **away),
        Case("courses", get(admin, f"{path}/courses"), **away),
        Case("change program's dates", send(admin, "PUT", program, mandatory=False), **away),
        Case("programs", get(admin, f"{path}/programs"), **away),
        Case("staff", send(admin, "PUT", f"{path}/staff", user_ids=[owner.id]), **away),
        Case("staff's", get(owner, f"/groups/{group['id']}"), **away),
        Case("progress", get(owner, f"/groups/{group['id']}/progress"), outage_status=(503, 503, 200)),
        Case("figures", get(owner, f"/courses/{course.id}/analytics?{of_group}"), outage_status=(503, 503, 200)),
        Case("of a lesson", get(owner, f"/lessons/{course.video}/analytics?{of_group}"), outage_status=(503, 503, 200)),
        Case("mine", get(member, "/users/me/groups"), **away),
        Case("move", send(admin, "POST", f"{path}/members/move", **move), **away),
        Case("remove", send(admin, "POST", f"{path}/members/remove", **users), **away),
    ]


def accommodations(seeder: Seeder) -> list[Case]:
    seeder.renew_admin()
    admin, owner = seeder.admin, seeder.instructor()
    course = seeder.course(owner)
    learner = seeder.learner(course)
    quiz = f"/lessons/{seeder.lesson(owner, course.id, kind='quiz')}"
    path = f"{quiz}/accommodations"
    granted = {"user_id": learner.id, "extra_seconds": 60, "reason": "Was ill."}
    everywhere, works = f"/admin/users/{learner.id}/accommodations", {"outage_status": (503, 200, 200)}
    homework = f"/lessons/{seeder.lesson(owner, course.id, kind='assignment')}"
    file, grades = {"file_id": seeder.grades(owner), "dry_run": True}, f"{homework}/grades"
    requested = owner.request_json("POST", f"{grades}/import", **file)["id"]
    extended = {"user_id": learner.id, "due_at": "2099-01-01T00:00:00Z", "reason": "Was ill."}
    written = {"outage_status": (503, 503, 201), "normal_status": 201}
    return [
        Case("in a quiz", get(owner, path), outage_status=(503, 503, 200)),
        # Without attempts, so without names to read in PostgreSQL.
        Case("attempts of learners", get(owner, f"{quiz}/quiz/attempts"), outage_status=(200, 503, 200)),
        Case("grant", send(owner, "POST", path, **granted), **written),
        Case("of homework", get(owner, f"{homework}/extensions"), outage_status=(503, 503, 200)),
        Case("extend", send(owner, "POST", f"{homework}/extensions", **extended), **written),
        # Without submissions, so without names to read in PostgreSQL.
        Case("archive", get(owner, f"{homework}/submissions.zip"), outage_status=(200, 503, 200)),
        Case("export of grades", get(owner, f"{grades}.csv"), outage_status=(200, 503, 200)),
        Case("import grades", send(owner, "POST", f"{grades}/import", **file), (503, 503, 202), normal_status=202),
        Case("imports of grades", get(owner, f"{grades}/imports"), outage_status=(503, 503, 200)),
        Case("import of grades", get(owner, f"{grades}/imports/{requested}"), outage_status=(503, 503, 200)),
        Case("in all quizzes", get(admin, everywhere), **works),
        Case("time factor", send(admin, "PUT", everywhere, time_factor=1.5), **works),
        Case("remove", send(admin, "DELETE", everywhere), outage_status=(503, 204, 204), normal_status=204),
    ]


def subjects(seeder: Seeder) -> list[Case]:
    seeder.renew_admin()
    admin = seeder.admin
    known, unknown = (f"/subjects/{seeder.subject()}" for _ in range(2))
    made = {"outage_status": (503, 201, 201), "normal_status": 201}
    return [
        Case("page", get(seeder.guest, known), outage_status=(200, 200, 200), cached=True),
        Case("courses", get(seeder.guest, f"{known}/courses"), outage_status=(200, 200, 200), cached=True),
        Case("unseen page", get(seeder.guest, unknown), outage_status=(503, 200, 200)),
        Case("administration", get(admin, f"/admin{known}"), outage_status=(503, 200, 200)),
        Case("teachers", send(admin, "PUT", f"/admin{known}/teachers", teacher_ids=[]), outage_status=(503, 200, 200)),
        Case("create", lambda: admin.request("POST", "/admin/subjects", json={"name": uuid4().hex}), **made),
        Case("rename", send(admin, "PATCH", f"/admin{unknown}", description="Motion"), outage_status=(503, 200, 200)),
    ]


def search(seeder: Seeder) -> list[Case]:
    course_id, word = seeder.found_course(seeder.instructor())
    learner, newcomer = seeder.learner_of(course_id), seeder.learner_of(course_id)
    cached = {"outage_status": (200, 200, 200), "cached": True}
    unseen = {"outage_status": (200, 503, 200)}
    return [
        Case("guest", get(seeder.guest, f"/search?q={word}"), **cached),
        Case("learner", get(learner, f"/search?q={word}"), **cached),
        Case("suggestions", get(seeder.guest, f"/search/suggest?q={word}"), **cached),
        Case("unseen", get(seeder.guest, f"/search?q={uuid4().hex}"), **unseen),
        Case("unseen suggestions", get(seeder.guest, f"/search/suggest?q={uuid4().hex}"), **unseen),
        Case("newcomer", get(newcomer, f"/search?q={word}"), outage_status=(503, 503, 200)),
    ]


def programs(seeder: Seeder) -> list[Case]:
    seeder.renew_admin()
    admin, learner, other = seeder.admin, seeder.person(), seeder.person()
    course = seeder.course(seeder.instructor())
    body = {"title": "The sky", "published": True, "course_ids": [course.id]}
    program = admin.request_json("POST", "/admin/programs", **body)["id"]
    public, path, away = f"/programs/{program}", f"/admin/programs/{program}", {"outage_status": (503, 200, 200)}
    admin.request_json("POST", f"{path}/members", user_ids=[learner.id])
    made = {"outage_status": (503, 503, 201), "normal_status": 201}
    return [
        Case("list", get(seeder.guest, "/programs"), **away),
        Case("program", get(seeder.guest, public), **away),
        Case("administration", get(admin, path), **away),
        Case("create", send(admin, "POST", "/admin/programs", **body), **made),
        Case("rename", send(admin, "PATCH", path, title="The sky in a year"), **away),
        Case("enroll", send(admin, "POST", f"{path}/members", user_ids=[other.id]), **away),
        Case("members", get(admin, f"{path}/members"), **away),
        Case("progress", get(other, "/users/me/programs"), outage_status=(503, 200, 200)),
    ]


def documents(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    known, unknown = seeder.handout(owner), seeder.handout(owner)
    learner, newcomer = seeder.learner_of(known.id, unknown.id), seeder.learner_of(known.id)
    stranger, guest = seeder.person(), seeder.guest
    linked = urlsplit(learner.request_json("GET", f"/lessons/{known.document}/document")["url"])
    attach = send(owner, "PUT", f"/lessons/{known.document}/document", file_id=known.file_id)
    # MongoDB has the bytes, and Redis what a link needs.
    bytes_of = {"outage_status": (200, 503, 200)}
    return [
        Case("link", document(learner, known.document), outage_status=(200, 200, 200), cached=True),
        Case("guest's link", document(guest, known.preview), outage_status=(200, 200, 200), cached=True),
        Case("bytes", get(guest, f"{linked.path}?{linked.query}"), **bytes_of),
        Case("bytes by token", get(learner, linked.path), **bytes_of),
        Case("newcomer's bytes", get(newcomer, linked.path), outage_status=(503, 503, 200)),
        Case("newcomer's link", document(newcomer, known.document), outage_status=(503, 200, 200)),
        Case("unseen lesson", document(learner, unknown.document), outage_status=(503, 503, 200)),
        Case("stranger", document(stranger, known.document), outage_status=(503, 403, 403), normal_status=403),
        Case("attach", attach, outage_status=(503, 503, 200)),
    ]


def attempts(seeder: Seeder) -> list[Case]:
    course_id, lesson_id = seeder.examination(seeder.instructor())
    learner, hasty, newcomer = (seeder.learner_of(course_id) for _ in range(3))
    path = f"/lessons/{lesson_id}/attempts"
    begun = learner.request_json("POST", path)
    question_id = begun["questions"][0]["question_id"]
    answer = {"question_id": question_id, "answer": True, "seq": 1, "client_time": now().isoformat()}
    known = {"outage_status": (200, 503, 200)}
    return [
        Case("continue", send(learner, "POST", path), **known),
        Case("read", get(learner, f"/attempts/{begun['id']}"), **known),
        Case("save", send(learner, "PUT", f"/attempts/{begun['id']}/answers", answers=[answer]), **known),
        Case("list", get(learner, path), **known, cached=True),
        Case("start and submit", start_and_submit(hasty, path), **known),
        Case("newcomer's list", get(newcomer, path), outage_status=(503, 503, 200)),
    ]


def grades(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    course_id, _ = seeder.examination(owner)
    learner = seeder.learner_of(course_id)
    path, known = f"/courses/{course_id}", {"outage_status": (503, 200, 200), "cached": True}
    return [
        *(
            Case(each, get(owner, f"{path}/{each}"), **known)
            for each in ("grades", "grades/columns", f"learners/{learner.id}/grades")
        ),
        *(
            Case(each, get(owner, f"{path}/{each}"), outage_status=(503, 200, 200))
            for each in ("grades.csv", "grades.xlsx")
        ),
        Case("own", get(learner, f"{path}/grades/me"), **known),
        Case("own in all courses", get(learner, "/users/me/grades"), **known),
    ]


def submissions(seeder: Seeder) -> list[Case]:
    course_id, lesson_id = seeder.homework(seeder.instructor())
    learner, hasty, hesitant, newcomer = (seeder.learner_of(course_id) for _ in range(4))
    path = f"/lessons/{lesson_id}/submission"
    for each in (learner, hasty, hesitant):
        each.request_json("PUT", path, text="The moon")
    known = {"outage_status": (200, 503, 200)}
    return [
        Case("read", get(learner, path), **known),
        Case("save", send(learner, "PUT", path, text="The sun lights it."), **known),
        Case("save and hand in", save_and_hand_in(hasty, path), (201, 503, 201), normal_status=201),
        Case("delete", send(hesitant, "DELETE", path), (204, 503, 204), normal_status=204),
        Case("newcomer's submissions", get(newcomer, path), outage_status=(503, 503, 200)),
    ]


def marking(seeder: Seeder) -> list[Case]:
    owner, essay = seeder.instructor(), {"kind": "essay", "content": {"max_length": 100}}
    course_id, lesson_id = seeder.examination(owner, essay)
    path, works = f"/courses/{course_id}/marking", {"outage_status": (503, 503, 200)}
    first, second, third = (seeder.essay(course_id, lesson_id) for _ in range(3))
    accept, question = (
        f"{second.partition('/answers')[0]}/late-answers/accept",
        f"/questions/{second.rpartition('/')[2]}",
    )
    regrade = {"from_version": 1, "rule": "full_points", "reason": "A misprint."}
    requested = owner.request_json("POST", f"{question}/regrade", **regrade)["id"]
    return [
        Case("queue", get(owner, path), **works),
        Case("claim", send(owner, "POST", f"{path}/claim"), **works),
        Case("mark", send(owner, "PATCH", first, points=1), **works),
        Case("mark another", send(owner, "PATCH", second, points=0.5), **works),
        Case("accept late answers", send(owner, "POST", accept, reason="Late."), (503, 503, 409), normal_status=409),
        Case("analysis", get(owner, f"/lessons/{lesson_id}/quiz/analysis"), outage_status=(200, 503, 200)),
        Case("analysis as CSV", get(owner, f"/lessons/{lesson_id}/quiz/analysis.csv"), outage_status=(200, 503, 200)),
        Case("regrade", send(owner, "POST", f"{question}/regrade", **regrade), (503, 503, 202), normal_status=202),
        Case("state of a regrade", get(owner, f"{question}/regrades/{requested}"), outage_status=(200, 503, 200)),
        Case("void", send(owner, "POST", f"{third.partition('/answers')[0]}/void", reason="Ill."), **works),
    ]


def overrides(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    course_id, lesson_id = seeder.examination(owner)
    learner = seeder.learner_of(course_id)
    start_and_submit(learner, f"/lessons/{lesson_id}/attempts")()
    grade = f"/courses/{course_id}/learners/{learner.id}/grades/{lesson_id}"
    # So that there is a history, whichever case comes first.
    owner.request_json("PUT", grade, points=1, reason="Answered orally.")
    # In a course and a quiz that were seen before.
    works = {"outage_status": (503, 200, 200)}
    return [
        Case("override", send(owner, "PUT", grade, points=1, reason="Answered orally."), **works),
        Case("undo an override", send(owner, "PUT", grade, points=None, reason="A mistake."), **works),
        Case("history", get(owner, f"{grade}/history"), **works),
        # Its review settings need the learner's attempts.
        Case("own history", get(learner, f"{grade}/history"), outage_status=(503, 503, 200)),
    ]


def grading(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    course_id, lesson_id = seeder.homework(owner, release="held")
    lesson, works = f"/lessons/{lesson_id}", {"outage_status": (503, 503, 200)}
    for _ in range(5):
        learner = seeder.learner_of(course_id)
        learner.request_json("PUT", f"{lesson}/submission", text="The moon")
        learner.request_json("POST", f"{lesson}/submission/submit")
    read, claimed, given_back, graded, returned = (
        f"/submissions/{each['id']}" for each in owner.request_json("GET", f"{lesson}/submissions")
    )
    return [
        Case("list", get(owner, f"{lesson}/submissions"), **works),
        Case("queue of homework", get(owner, f"/courses/{course_id}/homework-queue"), **works),
        Case("submission", get(owner, read), **works),
        Case("claim", send(owner, "POST", f"{claimed}/claim"), **works),
        Case("give back", send(owner, "DELETE", f"{given_back}/claim"), (503, 503, 204), normal_status=204),
        Case("grade", send(owner, "PUT", f"{graded}/grade", points=7), **works),
        Case("return", send(owner, "POST", f"{returned}/return", comment="Again."), **works),
        Case("release", send(owner, "POST", f"{lesson}/grades/release"), **works),
    ]


def preferences(seeder: Seeder) -> list[Case]:
    reader, writer, path = seeder.person(), seeder.person(), "/users/me/notification-preferences"
    wanted = {"preferences": [{"kind": "announcement", "in_app": True, "mail": "daily"}]}
    works = {"outage_status": (503, 200, 200)}
    return [
        Case("preferences", get(reader, path), **works),
        Case("choose", send(writer, "PUT", path, **wanted), **works),
    ]


def notifications(seeder: Seeder) -> list[Case]:
    one = seeder.person()
    read = send(one, "POST", "/notifications/read", ids=["f" * 24])
    known = {"outage_status": (200, 503, 200), "cached": True}
    return [
        Case("notices", get(one, "/notifications"), **known),
        Case("unread notices", get(one, "/notifications?unread=true"), **known),
        Case("count", get(one, "/notifications/count"), **known),
        Case("read", read, **known),
    ]


def reviews(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    listed, unseen, reviewed, marked = (seeder.course(owner) for _ in range(4))
    one, two = seeder.reviewer(listed, unseen, reviewed), seeder.reviewer(reviewed)
    newcomer, reader = seeder.learner(reviewed), seeder.person()
    # So that the session was seen.
    reader.request_json("GET", "/users/me")
    for course in (listed, unseen, reviewed):
        seeder.review(one, course)
    public, voted, taken, reported, replied, unanswered, hidden, dismissed = (
        seeder.review(seeder.reviewer(marked), marked) for _ in range(8)
    )
    mine = f"{reviewed.path}/reviews/mine"
    known, made = {"outage_status": (200, 503, 200)}, {"outage_status": (204, 503, 204), "normal_status": 204}
    works = {"outage_status": (503, 503, 200)}
    return [
        Case("list", get(seeder.guest, f"{listed.path}/reviews"), outage_status=(200, 200, 200), cached=True),
        Case("unseen list", get(seeder.guest, f"{unseen.path}/reviews?sort=helpful"), outage_status=(503, 503, 200)),
        Case("write", write_review(one, mine), **known),
        Case("own", get(one, mine), **known),
        Case("write and delete", write_and_delete(two, mine), **made),
        Case("newcomer's", send(newcomer, "PUT", mine, stars=5), outage_status=(503, 503, 403), normal_status=403),
        Case("helpful", send(reader, "POST", f"/reviews/{voted}/helpful"), **made),
        Case("not helpful", send(reader, "DELETE", f"/reviews/{taken}/helpful"), **made),
        Case("report", send(reader, "POST", f"/reviews/{reported}/report", reason="spam"), **made),
        Case("reply", send(owner, "PUT", f"/reviews/{replied}/reply", text="Thank you!"), **works),
        Case("no reply", send(owner, "DELETE", f"/reviews/{unanswered}/reply"), (503, 503, 204), normal_status=204),
        Case("moderation", get(seeder.admin, "/admin/reviews"), **known),
        Case("hide", send(seeder.admin, "POST", f"/admin/reviews/{hidden}/hide", reason="Spam"), **works),
        Case("dismiss", send(seeder.admin, "POST", f"/admin/reviews/{dismissed}/dismiss"), **works),
        Case("restore", send(seeder.admin, "POST", f"/admin/reviews/{public}/restore"), (503, 503, 409), 409),
    ]


def announcements(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    known, changed = (seeder.course(owner) for _ in range(2))
    learner, path, into = seeder.learner(known), f"{known.path}/announcements", f"{changed.path}/announcements"
    told = {"title": "Clear skies", "text": "Bring a coat."}
    [first] = _announce(owner, path, "published")
    edited, published, removed = _announce(owner, into, "published", "draft", "published")
    group = seeder.admin.request_json("POST", "/admin/groups", name="Class", code=uuid4().hex)
    of_group = f"/admin/groups/{group['id']}/announcements"
    seen = {"outage_status": (200, 503, 200), "cached": True}
    works = {"outage_status": (503, 503, 200)}
    made = {"outage_status": (503, 503, 201), "normal_status": 201}
    return [
        Case("of a course", get(learner, path), **seen),
        Case("announcement", get(learner, first), **seen),
        Case("to its staff", get(owner, path), **seen),
        Case("own", get(learner, "/users/me/announcements"), **works),
        Case("of a group", get(seeder.admin, of_group), **works),
        Case("write", send(owner, "POST", into, **told), **made),
        Case("write to a group", send(seeder.admin, "POST", of_group, **told), **made),
        Case("edit", send(owner, "PATCH", edited, title="Rain"), **works),
        Case("publish", send(owner, "POST", f"{published}/publish"), **works),
        Case("withdraw", send(owner, "DELETE", removed), (503, 503, 204), normal_status=204),
    ]


def _announce(owner: Person, path: str, *statuses: str) -> list[str]:
    """Write an announcement in each of these states. Return their paths."""
    told = {"title": "Clear skies", "text": "Bring a coat."}
    written = (owner.request_json("POST", path, **told, status=status) for status in statuses)
    return [f"/announcements/{each['id']}" for each in written]


def checkout(seeder: Seeder) -> list[Case]:
    owner = seeder.instructor()
    known, priced, unknown = (seeder.sell(seeder.course(owner)) for _ in range(3))
    one, two, three, stranger = (seeder.person() for _ in range(4))
    seeder.order(one, known)
    for course in (known, priced):
        seeder.guest.request("GET", course.path)
        seeder.admin.request_json("GET", f"{course.path}/price")
    made = {"outage_status": (503, 201, 201), "normal_status": 201}
    works = {"outage_status": (503, 200, 200)}
    unseen = {"outage_status": (503, 503, 201), "normal_status": 201}
    return [
        Case("again", send(one, "POST", f"{known.path}/checkout", accept_terms=True), **made),
        Case("seen course", send(two, "POST", f"{known.path}/checkout", accept_terms=True), **made),
        Case("unseen course", send(three, "POST", f"{unknown.path}/checkout", accept_terms=True), **unseen),
        Case("not paid", send(stranger, "POST", f"{known.path}/enroll"), (503, 402, 402), normal_status=402),
        Case("price", get(seeder.admin, f"{priced.path}/price"), **works),
        Case("set price", send(seeder.admin, "PUT", f"{priced.path}/price", amount=5900, currency="eur"), **works),
    ]


def own_orders(seeder: Seeder) -> list[Case]:
    course = seeder.sell(seeder.course(seeder.instructor()))
    buyer, other = seeder.person(), seeder.person()
    path, works = f"/orders/{seeder.order(buyer, course)['order_id']}", {"outage_status": (503, 200, 200)}
    return [
        Case("own", get(buyer, "/users/me/orders"), **works),
        Case("order", get(buyer, path), **works),
        Case("somebody else's", get(other, path), outage_status=(503, 404, 404), normal_status=404),
    ]


def revenue(seeder: Seeder) -> list[Case]:
    works = {"outage_status": (503, 200, 200)}
    return [
        Case("figures", get(seeder.admin, "/admin/revenue?by=course"), **works),
        Case("table", get(seeder.admin, "/admin/revenue.csv"), **works),
    ]


def coupons(seeder: Seeder) -> list[Case]:
    admin, course = seeder.admin, seeder.course(seeder.instructor())
    changed, archived = (f"/admin/coupons/{_coupon(admin)}" for _ in range(2))
    works = {"outage_status": (503, 200, 200)}
    return [
        Case("coupons", get(admin, "/admin/coupons"), **works),
        Case("coupon", get(admin, changed), **works),
        Case("create", lambda: _create_coupon(admin), (503, 201, 201), normal_status=201),
        Case("change", send(admin, "PATCH", changed, max_uses=5), **works),
        Case("choose courses", send(admin, "PATCH", archived, course_ids=[course.id]), (503, 503, 200)),
        Case("archive", send(admin, "PATCH", changed, archived=True), **works),
    ]


def _create_coupon(admin: Person, **terms: Any) -> Response:
    return admin.request("POST", "/admin/coupons", json={"code": uuid4().hex, "percent": 20, **terms})


def _coupon(admin: Person) -> int:
    return int(_create_coupon(admin).json()["id"])


def sales(seeder: Seeder) -> list[Case]:
    course, buyer = seeder.sell(seeder.course(seeder.instructor())), seeder.person()
    order = seeder.order(buyer, course)
    seeder.pay(order)
    buyer.request_json("GET", f"/orders/{order['order_id']}")
    path, works = f"/admin/orders/{order['order_id']}", {"outage_status": (503, 200, 200)}
    refund = send(seeder.admin, "POST", f"{path}/refund", amount=100, reason="requested_by_customer")
    return [
        Case("orders", get(seeder.admin, "/admin/orders?q=1"), **works),
        Case("table", get(seeder.admin, "/admin/orders.csv"), **works),
        Case("order", get(seeder.admin, path), **works),
        Case("refund", refund, (503, 201, 201), normal_status=201),
    ]


TABLE: dict[str, Row] = {
    "catalogue": catalogue,
    "playback": playback,
    "progress": progress,
    "reading": reading,
    "sign-in": sign_in,
    "enroll": enrollment,
    "invitations": invitations,
    "authoring": authoring,
    "questions": questions,
    "books": books,
    "grades": grades,
    "photos": photos,
    "webhooks": webhooks,
    "webhooks of payments": payment_webhooks,
    "background work": background_work,
    "files": files,
    "documents": documents,
    "imports": imports,
    "groups": groups,
    "accommodations": accommodations,
    "attempts": attempts,
    "submissions": submissions,
    "marking": marking,
    "grading": grading,
    "overrides of grades": overrides,
    "subjects": subjects,
    "programs": programs,
    "search": search,
    "preferences": preferences,
    "notifications": notifications,
    "reviews": reviews,
    "announcements": announcements,
    "checkout": checkout,
    "own orders": own_orders,
    "revenue": revenue,
    "coupons": coupons,
    "sales": sales,
}


def get(person: Person, path: str) -> Callable[[], Response]:
    return lambda: person.request("GET", path)


def send(person: Person, method: str, path: str, **body: Any) -> Callable[[], Response]:
    return lambda: person.request(method, path, json=body)


def upload(person: Person, file: dict[str, Any]) -> Callable[[], Response]:
    """Send the bytes of a new file."""
    path = urlsplit(file["upload"]["url"]).path
    return lambda: person.request("PUT", path, data=b"x" * file["size"])


def prove(person: Person, method: str, path: str) -> Callable[[], Response]:
    """Send the person's password."""
    return send(person, method, path, password=PASSWORD)


def play(person: Person, lesson_id: str) -> Callable[[], Response]:
    return get(person, f"/lessons/{lesson_id}/playback")


def document(person: Person, lesson_id: str) -> Callable[[], Response]:
    return get(person, f"/lessons/{lesson_id}/document")


def fail_to_play(person: Person, lesson_id: str) -> Callable[[], Response]:
    return send(person, "POST", f"/lessons/{lesson_id}/playback/failed")


def enroll(person: Person, path: str) -> Callable[[], Response]:
    return send(person, "POST", f"{path}/enroll")


def enroll_and_withdraw(person: Person, path: str) -> Callable[[], Response]:
    """Enroll, and leave again so that it can be repeated."""

    def enroll_and_withdraw() -> Response:
        came = enroll(person, path)()
        return person.request("DELETE", f"{path}/enroll") if came.status_code == 201 else came

    return enroll_and_withdraw


def use_link(seeder: Seeder, person: Person, purpose: str, path: str, **body: str) -> Callable[[], Response]:
    """Use a link that was used before."""
    link = seeder.admin.request_json("POST", f"/admin/users/{person.id}/links", purpose=purpose)["url"]
    request = send(seeder.guest, "POST", path, token=link.partition("token=")[2], **body)
    assert request().status_code == 204
    return request


def sign_out_and_in(person: Person) -> Callable[[], Response]:
    """Sign out, and in again so that it can be repeated."""

    def sign_out_and_in() -> Response:
        left = person.request("POST", "/auth/logout")
        if left.status_code != 204:
            return left
        person.tokens = {}
        return person.sign_in()

    return sign_out_and_in


def accept_invitation(seeder: Seeder) -> Callable[[], Response]:
    """Invite a new person each time, and accept with the link that an administrator hands out."""
    newcomers = map(Seeder.newcomer, repeat(seeder))

    def accept_invitation() -> Response:
        body = {"email": next(newcomers).email, "role": "student"}
        invited = seeder.admin.request("POST", "/admin/invitations", json=body)
        if invited.status_code != 201:
            return invited
        link = seeder.admin.request_json("POST", f"/admin/invitations/{invited.json()['id']}/link")
        token = link["url"].partition("token=")[2]
        acceptance = {"token": token, "name": "Nina", "password": PASSWORD}
        return seeder.guest.request("POST", "/auth/invitations/accept", json=acceptance)

    return accept_invitation


def create_and_delete(person: Person, new: dict[str, Any]) -> Callable[[], Response]:
    """Create a file each time, and delete it."""

    def create_and_delete() -> Response:
        created = person.request("POST", "/files", json=new)
        return person.request("DELETE", f"/files/{created.json()['id']}") if created.status_code == 201 else created

    return create_and_delete


def start_and_submit(person: Person, path: str) -> Callable[[], Response]:
    """Start an attempt each time, and submit it."""

    def start_and_submit() -> Response:
        started = person.request("POST", path, json={})
        return person.request("POST", f"/attempts/{started.json()['id']}/submit") if started.ok else started

    assert start_and_submit().ok
    return start_and_submit


def save_and_hand_in(person: Person, path: str) -> Callable[[], Response]:
    """Save another text each time, and hand it in."""
    number = count(1)

    def save_and_hand_in() -> Response:
        saved = person.request("PUT", path, json={"text": f"Night {next(number)}"})
        return person.request("POST", f"{path}/submit") if saved.ok else saved

    return save_and_hand_in


def write_review(person: Person, path: str) -> Callable[[], Response]:
    """Write another review each time."""
    number = count(1)
    return lambda: person.request("PUT", path, json={"stars": 4, "text": f"Clear {next(number)}."})


def write_and_delete(person: Person, path: str) -> Callable[[], Response]:
    """Write a review, and delete it."""

    def write_and_delete() -> Response:
        written = person.request("PUT", path, json={"stars": 5})
        return person.request("DELETE", path) if written.ok else written

    return write_and_delete


def report(person: Person, lesson_id: str) -> Callable[[], Response]:
    """Report the same heartbeat repeatedly."""
    moment = now().isoformat()
    played = [{"from": 0, "to": 4, "at": moment}]
    heartbeat = {"seq": 1, "client_time": moment, "position": 4, "played": played}
    return send(person, "PUT", f"/lessons/{lesson_id}/progress", **heartbeat)


def register(seeder: Seeder) -> Callable[[], Response]:
    """Register a new user each time."""
    newcomers = map(Seeder.newcomer, repeat(seeder))
    return lambda: seeder.guest.request(
        "POST", "/auth/register", json={"name": "Nina", "email": next(newcomers).email, "password": PASSWORD}
    )
