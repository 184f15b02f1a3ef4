"""Sign-in of an account with a second factor."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from learnstream.models import Session
from learnstream.models.second_factor import SecondFactor
from learnstream.stores.sql import db
from tests.problems import outcome

WRONG = "000 000"


def sessions_of(person):
    return db.session.scalar(select(func.count()).where(Session.user_id == person.id))


def test_the_password_alone_begins_no_session(client, stranger, begin):
    assert begin()

    assert sessions_of(stranger) == 1


def test_a_code_completes_the_sign_in(client, complete, clock):
    response = complete(code=clock.code())

    assert set(response.json) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert response.headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {response.json['access_token']}"}
    assert client.get("/users/me", headers=headers).status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 200), (0, 200), (1, 200), (2, 403)])
def test_codes_of_the_steps_beside_the_present_one_are_accepted(complete, clock, steps, status):
    assert complete(code=clock.code(steps)).status_code == status


def test_a_code_works_once(complete, clock):
    assert complete(code=clock.code()).status_code == 200
    assert outcome(complete(code=clock.code())) == (403, "wrong_code")
    assert outcome(complete(code=clock.code(-1))) == (403, "wrong_code")
    assert complete(code=clock.code(1)).status_code == 200


def test_a_used_code_is_not_accepted_again_after_the_clock_was_set_back(complete, clock):
    clock.set(10)
    assert complete(code=clock.code(10)).status_code == 200

    clock.set(9)
    assert complete(code=clock.code(10)).status_code == 403
    assert complete(code=clock.code(9)).status_code == 403


def test_of_many_who_send_a_code_at_once_one_is_signed_in(app, stranger, begin, clock):
    tokens = [begin() for _ in range(10)]

    def send(token):
        body = {"mfa_token": token, "code": clock.code()}
        return app.test_client().post("/auth/login/mfa", json=body).status_code

    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = [*pool.map(send, tokens)]

    assert (statuses.count(200), statuses.count(403), statuses.count(429)) == (1, 5, 4)
    assert sessions_of(stranger) == 2


@pytest.mark.parametrize(
    "code",
    [
        "12345",
        "1234567",
        "12 34 56",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0664\u0669\u0662\u0660\u0663\u0669",
        "-12345",
        "0x1234",
        "1e5000",
        "",
    ],
)
def test_a_malformed_code_is_named_and_not_counted(complete, separate_session, code):
    response = complete(code=code)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"code"})
    assert separate_session.scalar(select(SecondFactor.failures)) == 0


@pytest.mark.parametrize("code", [123456, 123456.0, None, True, ["123456"], {}])
def test_a_code_is_a_text(complete, code):
    assert complete(code=code).json["errors"]["json"].keys() == {"code"}


def test_a_code_may_be_sent_as_apps_show_it(complete, clock):
    code = clock.code()

    assert complete(code=f" {code[:3]} {code[3:]} ").status_code == 200


def test_a_code_or_a_recovery_code_is_needed_but_not_both(complete, clock, recovery_codes):
    neither, both = complete(), complete(code=clock.code(), recovery_code=recovery_codes[0])

    assert neither.json["errors"]["json"].keys() == {"code"}
    assert both.json["errors"]["json"].keys() == {"recovery_code"}
