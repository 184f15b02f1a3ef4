from tests.blueprints.messaging.preference.conftest import PATH

FOR_STAFF, FOR_ADMINISTRATORS = {"work_submitted", "import_finished"}, {"mail_failing", "payment_at_risk"}


def test_a_learner_sees_the_kinds_of_a_learner_with_their_defaults(read, learner):
    shown = read(learner)

    assert shown["announcement"] == (True, "at_once")
    assert shown["course_version"] == (True, "daily")
    assert not shown.keys() & (FOR_STAFF | FOR_ADMINISTRATORS)


def test_each_role_sees_the_kinds_that_it_may_get(read, owner, admin):
    assert read(owner).keys() & (FOR_STAFF | FOR_ADMINISTRATORS) == FOR_STAFF
    assert read(admin).keys() >= FOR_STAFF | FOR_ADMINISTRATORS


def test_the_default_is_shown_with_what_was_chosen(client, choose, learner):
    choose(learner, announcement=(False, "never"))

    shown = client.get(PATH, auth=learner).json["preferences"]

    [announcement] = [each for each in shown if each["kind"] == "announcement"]
    assert announcement == {
        "kind": "announcement",
        "in_app": False,
        "mail": "never",
        "default": {"in_app": True, "mail": "at_once"},
    }


def test_a_guest_has_no_preferences(client):
    assert client.get(PATH).status_code == 401
