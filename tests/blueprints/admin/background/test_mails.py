import pytest

from learnstream.clock import now
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.stores.sql import db


def add(**columns):
    plain = {"template": MailTemplate.VERIFY_EMAIL, "address": "sam@example.com", "cause": f"test:{now()}"}
    mail = Mail(**plain | columns)
    db.session.add(mail)
    db.session.commit()
    return mail.id


@pytest.fixture
def failed(app):
    return add(state=MailState.FAILED, tries=3, last_error="MailFailure: 550 No such mailbox", cause="failed")


def retry(client, admin, mail_id):
    return client.post(f"/admin/mails/{mail_id}/retry", auth=admin)


def listed(client, admin, query=""):
    answer = client.get(f"/admin/mails{query}", auth=admin)
    assert answer.status_code == 200
    return [each["id"] for each in answer.json]


def test_mails_are_listed_by_state_template_and_address(client, admin, failed):
    sent = add(state=MailState.SENT, cause="sent", template=MailTemplate.INVITATION, address="lea@example.com")
    queued = add(cause="queued", template=MailTemplate.INVITATION)

    assert listed(client, admin) == [queued, sent, failed]
    assert listed(client, admin, "?state=failed") == [failed]
    assert listed(client, admin, "?template=invitation") == [queued, sent]
    assert listed(client, admin, "?address=lea@EXAMPLE.com") == [sent]
    assert listed(client, admin, "?template=invitation&state=queued&address=sam@example.com") == [queued]
    assert listed(client, admin, "?state=suppressed") == []


def test_a_mail_shows_why_it_failed_and_not_what_it_says(client, admin, failed):
    [mail] = client.get("/admin/mails", auth=admin).json

    assert (mail["state"], mail["tries"], mail["last_error"]) == ("failed", 3, "MailFailure: 550 No such mailbox")
    assert (mail["template"], mail["cause"], mail["user_id"], mail["sent_at"]) == ("verify_email", "failed", None, None)
    assert "facts" not in mail


def test_a_mail_of_a_newer_release_is_listed(client, admin):
    add(template="of_a_newer_release")

    assert [each["template"] for each in client.get("/admin/mails", auth=admin).json] == ["of_a_newer_release"]


@pytest.mark.parametrize(
    "query", ["state=lost", "template=", "template=x", "address=sam", "state=sent&state=sent", "q=1"]
)
def test_an_invalid_filter_is_named(client, admin, query):
    answer = client.get(f"/admin/mails?{query}", auth=admin)

    assert answer.status_code == 422
    assert set(answer.json["errors"]["query"]) == {query.partition("=")[0]}


def test_a_failed_mail_is_queued_again(client, admin, failed, audited):
    answer = retry(client, admin, failed)

    assert answer.status_code == 202
    assert (answer.json["state"], answer.json["tries"]) == ("queued", 0)
    assert listed(client, admin, "?state=queued") == [failed]
    assert audited() == [("mail.retried", str(failed), admin.id)]


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.SENT, MailState.SUPPRESSED])
def test_no_other_mail_is_queued_again(client, admin, state, audited):
    answer = retry(client, admin, add(state=state))

    assert (answer.status_code, answer.json["code"]) == (409, "mail_not_failed")
    assert audited() == []


def test_a_mail_is_queued_again_once(client, admin, failed):
    retry(client, admin, failed)

    assert retry(client, admin, failed).status_code == 409


def test_a_mail_that_does_not_exist_cannot_be_queued(client, admin):
    assert retry(client, admin, 999_999).status_code == 404
