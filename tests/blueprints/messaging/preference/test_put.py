import pytest
from sqlalchemy import select

from learnstream.models.mail import MailMode
from learnstream.models.notification_choice import EVERY_KIND, NotificationChoice
from learnstream.stores.sql import db
from tests.blueprints.messaging.preference.conftest import PATH


def test_what_was_chosen_is_read_back(choose, read, learner):
    response = choose(learner, announcement=(False, "daily"), seat_given=(True, "never"))

    assert response.status_code == 200
    shown = read(learner)
    assert (shown["announcement"], shown["seat_given"]) == ((False, "daily"), (True, "never"))
    assert shown["seat_ending"] == (True, "at_once")


def test_a_kind_that_is_absent_gets_its_default_back(choose, read, learner):
    before = read(learner)
    choose(learner, announcement=(False, "daily"), seat_given=(True, "never"))

    choose(learner, seat_given=(True, "never"))

    assert read(learner) == before | {"seat_given": (True, "never")}


def test_only_what_differs_from_the_default_is_stored(choose, learner, separate_session):
    choose(learner, announcement=(True, "at_once"), seat_given=(True, "never"), due_tomorrow=(False, "at_once"))

    rows = separate_session.scalars(select(NotificationChoice).order_by(NotificationChoice.kind)).all()
    assert [(row.kind, row.in_app, row.mail) for row in rows] == [
        ("due_tomorrow", False, None),
        ("seat_given", None, MailMode.NEVER),
    ]


def test_who_wants_no_optional_mail_can_have_one_kind_again(choose, read, learner):
    db.session.add(NotificationChoice(user_id=learner.id, kind=EVERY_KIND, mail=MailMode.NEVER))
    db.session.commit()

    choose(learner, announcement=(True, "at_once"))

    shown = read(learner)
    assert shown.pop("announcement") == (True, "at_once")
    assert {mail for _, mail in shown.values()} == {"never"}


def test_choices_for_kinds_of_a_former_role_are_kept(choose, learner, separate_session):
    db.session.add(NotificationChoice(user_id=learner.id, kind="work_submitted", mail=MailMode.NEVER))
    db.session.commit()

    choose(learner)

    assert separate_session.scalars(select(NotificationChoice.kind)).all() == ["work_submitted"]


@pytest.mark.parametrize("kind", ["work_submitted", "mail_failing"])
def test_a_kind_of_another_role_is_an_error_and_nothing_changes(choose, read, learner, kind):
    before = read(learner)

    response = choose(learner, announcement=(False, "never"), **{kind: (True, "daily")})

    assert response.status_code == 422
    assert response.json["errors"]["json"]["preferences"]["1"].keys() == {"kind"}
    assert read(learner) == before


def test_a_kind_that_is_named_twice_is_an_error(client, learner):
    wanted = [{"kind": "announcement", "in_app": True, "mail": mail} for mail in ("daily", "never")]

    response = client.put(PATH, json={"preferences": wanted}, auth=learner)

    assert (response.status_code, set(response.json["errors"]["json"]["preferences"])) == (422, {"1"})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"kind": "*"}, "kind"),
        ({"kind": None}, "kind"),
        ({"in_app": "true"}, "in_app"),
        ({"in_app": None}, "in_app"),
        ({"mail": "weekly"}, "mail"),
        ({"mail": False}, "mail"),
        ({"in_sms": True}, "in_sms"),
    ],
)
def test_an_invalid_field_is_named(client, learner, wrong, field):
    wanted = {"kind": "announcement", "in_app": True, "mail": "daily"} | wrong

    response = client.put(PATH, json={"preferences": [wanted]}, auth=learner)

    assert response.status_code == 422
    assert field in response.json["errors"]["json"]["preferences"]["0"]


@pytest.mark.parametrize("body", [{}, {"preferences": None}, {"preferences": {}}, {"preferences": ["announcement"]}])
def test_a_body_of_another_shape_is_an_error(client, learner, body):
    response = client.put(PATH, json=body, auth=learner)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"preferences"})


def test_the_state_that_was_read_is_replaced(client, choose, learner):
    tag = client.get(PATH, auth=learner).headers["ETag"]

    first = choose(learner, announcement=(True, "daily"), headers={"If-Match": tag})
    late = choose(learner, announcement=(True, "never"), headers={"If-Match": tag})
    second = choose(learner, announcement=(True, "never"), headers={"If-Match": first.headers["ETag"]})

    assert (first.status_code, late.status_code, second.status_code) == (200, 412, 200)
    assert client.get(PATH, auth=learner).headers["ETag"] == second.headers["ETag"]
