"""Every list, walked through by cursor: the same entries as its pages, in the same order, each once."""

import pytest
from sqlalchemy import select, text

from learnstream.clock import now
from learnstream.models import User
from learnstream.schemas.accounts.administration import UserQuerySchema
from learnstream.services.accounts import directory
from learnstream.services.analytics.learner_table import SORTS
from learnstream.stores.keyset import Part
from learnstream.stores.sql import db
from tests.openapi import resolve

LISTS = [
    *(("/courses", "owner", f"sort={sort}") for sort in ("newest", "oldest", "title", "rating")),
    *(("/courses", "owner", f"q=fruit{more}") for more in ("", "&sort=title")),
    ("/users/me/courses", "owner", ""),
    ("/users/me/courses", "admin", "everybody=true"),
    ("/users/me/enrollments", "learner", ""),
    ("/users/me/progress", "learner", ""),
    ("/users/me/history", "learner", ""),
    ("/auth/sessions", "learner", ""),
    *(("/courses/{course_id}/learners", "owner", f"sort={sort}") for sort in SORTS),
    ("/courses/{course_id}/learners", "owner", "sort=name&max_progress=0.5"),
    ("/courses/{course_id}/learners", "owner", "sort=-last_active_at&status=active"),
    ("/courses/{course_id}/versions", "owner", ""),
    *(("/admin/users", "admin", f"sort={sort}") for sort in directory.SORTS),
    ("/admin/users", "admin", "q=person&role=student"),
    ("/admin/audit-log", "admin", ""),
    ("/admin/enrollments", "admin", ""),
    ("/admin/invitations", "admin", ""),
    ("/courses/{course_id}/invitations", "owner", ""),
    ("/admin/uploads", "admin", ""),
    ("/admin/webhook-events", "admin", ""),
    ("/admin/parked-events", "admin", ""),
    ("/admin/commands", "admin", ""),
    ("/admin/mails", "admin", ""),
    ("/admin/imports", "admin", ""),
    ("/courses/{course_id}/questions/imports", "owner", ""),
    ("/lessons/{lesson_id}/accommodations", "owner", ""),
    ("/lessons/{lesson_id}/extensions", "owner", ""),
    ("/lessons/{lesson_id}/grades/imports", "owner", ""),
    ("/courses/{course_id}/learners/{user_id}/grades/{lesson_id}/history", "owner", ""),
    ("/admin/groups", "admin", ""),
    ("/admin/groups/{group_id}/members", "admin", ""),
    ("/admin/groups/{group_id}/courses", "admin", ""),
    ("/admin/groups/{group_id}/programs", "admin", ""),
    ("/users/me/groups", "learner", ""),
    ("/groups", "owner", ""),
    ("/groups/{group_id}/progress", "owner", ""),
    ("/admin/programs", "admin", ""),
    ("/admin/programs/{program_id}/members", "admin", ""),
    ("/programs", "guest", ""),
    ("/users/me/programs", "learner", ""),
    ("/admin/subjects", "admin", ""),
    ("/subjects", "guest", ""),
    ("/subjects/{subject_id}/courses", "guest", ""),
]


@pytest.mark.parametrize(("path", "who", "query"), LISTS)
def test_a_walk_returns_the_entries_of_the_pages(client, walk, full_lists, admin, path, who, query):
    auth = {"admin": admin, "owner": full_lists.owner, "learner": full_lists.learner, "guest": None}[who]
    address = f"{path.format(**full_lists.ids)}?{query}&page_size="
    whole = client.get(f"{address}100", auth=auth).json

    parts = walk(f"{address}2", auth=auth)

    assert len(whole) > 4 or "status" in query or "max" in query
    assert [entry for part in parts for entry in part] == whole
    assert {len(part) for part in parts[:-1]} <= {2}


def test_every_paged_list_except_the_preview_is_tested(client):
    paths = resolve(client.get("/openapi.json").json)["paths"]
    paged = {
        path
        for path, item in paths.items()
        for parameter in item.get("get", {}).get("parameters", [])
        if parameter["name"] == "page"
    }

    # It is computed for each response, and has its own version to refer to: the draft's ETag.
    assert paged - {path for path, _, _ in LISTS} == {"/courses/{course_id}/publish-preview"}


def test_every_sort_order_of_accounts_is_tested():
    assert set(UserQuerySchema().fields["sort"].validate.choices) == set(directory.SORTS)


def test_a_walk_runs_no_count_query(client, walk, full_lists, admin):
    first = client.get("/admin/users?page_size=2", auth=admin)
    then = client.get(f"/admin/users?page_size=2&cursor={first.headers['X-Next-Cursor']}", auth=admin)

    assert '"total": ' in first.headers["X-Pagination"]
    assert "X-Pagination" not in then.headers


@pytest.mark.parametrize("sort", [*directory.SORTS])
def test_cursors_of_accounts_use_an_index(app, other_seats, sort):
    other_seats()
    order = directory.SORTS[sort]
    place = (now() if "created" in sort else "somebody1500", 1)
    query = order.part_of(select(User), Part(20, after=place))

    plan = str(db.session.execute(text(f"EXPLAIN {literal(query)}")).all())

    assert "Index Scan" in plan
    assert "Seq Scan" not in plan


def literal(query):
    return query.compile(db.engine, compile_kwargs={"literal_binds": True})
