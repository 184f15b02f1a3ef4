"""End a group's grants in a course, in a process that is killed as soon as that has committed: `COURSE USER,USER,…`."""

import sys

from learnstream import create_app
from learnstream.models import SeatSource
from learnstream.services.enrollment import grants
from learnstream.services.enrollment.grants import Reason
from learnstream.stores.sql import db
from tests.faults.dying import die_at


def main(course_id: str, user_ids: str) -> None:
    with create_app().app_context():
        die_at("after_commit")
        grants.end([(int(user_id), course_id) for user_id in user_ids.split(",")], Reason(SeatSource.GROUP, 1))
        db.session.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
