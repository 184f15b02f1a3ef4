"""What applies to a kind of notice for an account."""

from learnstream.documents.notification import NoticeKind
from learnstream.models.mail import MailMode
from learnstream.models.notification_choice import EVERY_KIND, NotificationChoice
from learnstream.services.messaging.choices import choices
from learnstream.services.messaging.choices.choices import Choice
from learnstream.services.messaging.kinds import KINDS
from learnstream.stores.sql import db


def choose(user, kind, **chosen):
    db.session.add(NotificationChoice(user_id=user.id, kind=kind, **chosen))
    db.session.flush()


def test_who_has_chosen_nothing_has_the_defaults_of_the_kind(app, learner):
    found = {kind: choices.of([learner.id], kind)[learner.id] for kind in NoticeKind}

    assert found == {kind: Choice(KINDS[kind].in_app, KINDS[kind].mail) for kind in NoticeKind}


def test_what_was_chosen_applies_and_the_rest_is_as_by_default(app, learner):
    choose(learner, NoticeKind.ANNOUNCEMENT, mail=MailMode.DAILY)
    choose(learner, NoticeKind.SEAT_GIVEN, in_app=False)

    assert choices.of([learner.id], NoticeKind.ANNOUNCEMENT) == {learner.id: Choice(True, MailMode.DAILY)}
    assert choices.of([learner.id], NoticeKind.SEAT_GIVEN) == {learner.id: Choice(False, MailMode.AT_ONCE)}


def test_each_has_their_own_choice(app, learner, stranger, owner):
    choose(learner, NoticeKind.ANNOUNCEMENT, mail=MailMode.DAILY)
    choose(stranger, NoticeKind.ANNOUNCEMENT, mail=MailMode.NEVER)

    modes = choices.mail_mode([learner.id, stranger.id, owner.id], NoticeKind.ANNOUNCEMENT)

    assert modes == {learner.id: MailMode.DAILY, stranger.id: MailMode.NEVER, owner.id: MailMode.AT_ONCE}


def test_a_choice_for_every_kind_gives_way_to_one_of_the_kind(app, learner):
    choose(learner, EVERY_KIND, mail=MailMode.NEVER)
    choose(learner, NoticeKind.ANNOUNCEMENT, mail=MailMode.AT_ONCE)

    assert choices.mail_mode([learner.id], NoticeKind.SEAT_GIVEN) == {learner.id: MailMode.NEVER}
    assert choices.mail_mode([learner.id], NoticeKind.ANNOUNCEMENT) == {learner.id: MailMode.AT_ONCE}
    # Of mails only: the application still shows them.
    assert choices.of([learner.id], NoticeKind.SEAT_GIVEN)[learner.id].in_app


def test_many_accounts_are_read_in_one_query(app, learner, stranger, owner, statements):
    with statements() as run:
        choices.mail_mode([learner.id, stranger.id, owner.id], NoticeKind.ANNOUNCEMENT)

    assert len(run) == 1
