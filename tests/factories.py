"""People and things for tests, made in the real stores the short way."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import UUID

from argon2 import PasswordHasher

from learnstream.clock import now
from learnstream.extensions import db
from learnstream.models import Role, Session, User
from learnstream.services import sessions

PASSWORD = "correct horse battery staple"
# The cheapest hash argon2id makes: the login verifies it like any other.
PASSWORD_HASH = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
_number = count(1)


@dataclass(frozen=True)
class Person:
    """A signed-in user; `client.get(…, auth=person)` sends the token."""

    id: int
    name: str
    email: str
    role: Role
    session_id: UUID
    token: str
    password: str = PASSWORD


def make_person(role: Role = Role.STUDENT, name: str = "Somebody", **columns) -> Person:
    number = next(_number)
    user = User(
        name=name,
        email=f"{name.lower()}{number}@example.com",
        role=role,
        password_hash=PASSWORD_HASH,
        sessions_valid_from=now() - timedelta(seconds=1),
        **columns,
    )
    db.session.add(user)
    db.session.flush()
    session = Session(user_id=user.id, expires_at=now() + timedelta(days=30))
    db.session.add(session)
    db.session.commit()
    token = sessions.mint_access_token(user_id=user.id, role=role, session_id=session.id)
    return Person(user.id, user.name, user.email, role, session.id, token)
