"""Signing in, with the brakes on for whoever guesses."""

from learnstream.errors.accounts import InvalidCredentials
from learnstream.models import User
from learnstream.services.accounts import accounts, sessions, throttle
from learnstream.services.accounts.sessions import TokenPair
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit
from learnstream.text import folding

MINUTE = 60
ACCOUNT_FROM_NETWORK = Limit("account-network", failures=5, seconds=5 * MINUTE)
NETWORK = Limit("network", failures=100, seconds=5 * MINUTE)
# Against guesses from many places. It keeps nobody out who is signed in: refreshing is no guessing.
ACCOUNT = Limit("account", failures=50, seconds=15 * MINUTE)


def sign_in(*, email: str, password: str, ip: str, network: str, user_agent: str) -> TokenPair:
    """Begin a session for the person whom address and password prove.

    Raises:
        InvalidCredentials: no account has this address and password. An audit entry may be left to be committed.
        TooManyFailures: so many attempts have failed that nobody is told any more whether another one would.
        AccountDisabled: they are right, but nobody may use the account now.
    """
    counters = _counters(folding.caseless(email), network)
    throttle.require_none_paused(*counters)
    try:
        user = accounts.authenticate(email=email, password=password)
    except InvalidCredentials:
        _note(throttle.count_failure(*counters), email=email)
        raise
    throttle.note_success(*counters, forgetting=counters[0])
    return sessions.begin(user, user_agent=user_agent, ip=ip)


def _counters(email_key: str, network: str) -> list[Counter]:
    """Say what a failure counts for. The network is not among it for accounts that signed in from there before: else
    one person's guesses would keep a whole school out."""
    own = [Counter(ACCOUNT_FROM_NETWORK, f"{email_key} {network}"), Counter(ACCOUNT, email_key)]
    known = sessions.has_begun(email_key=email_key, network=network)
    return own if known else [*own, Counter(NETWORK, network)]


def _note(reached: list[Counter], *, email: str) -> None:
    """Write down that guessing has begun to be held back; once for each pause, not for each guess."""
    if not reached:
        return
    user: User | None = accounts.find(email)
    audit.record(
        "login.throttled",
        actor_id=None,
        target_kind="user",
        target_id=user.id if user else "unknown",
        email=email,
        limits=[counter.limit.name for counter in reached],
    )
