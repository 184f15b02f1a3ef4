"""Sign-in, with throttling of failed attempts."""

from learnstream.errors.accounts import AccountDisabled, InvalidCredentials, MfaCodeRequired
from learnstream.models import User
from learnstream.services.accounts import accounts, mfa_tokens, second_factor, sessions, throttle, verification
from learnstream.services.accounts.sessions import TokenPair
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit
from learnstream.text import folding

MINUTE = 60
ACCOUNT_FROM_NETWORK = Limit("account-network", failures=5, seconds=5 * MINUTE)
NETWORK = Limit("network", failures=100, seconds=5 * MINUTE)
# Against guesses from many networks. It does not affect users who are signed in: refreshing is not counted.
ACCOUNT = Limit("account", failures=50, seconds=15 * MINUTE)


def sign_in(*, email: str, password: str, ip: str, network: str, user_agent: str) -> TokenPair:
    """Create a session for the user with this address and password.

    Raises:
        InvalidCredentials: no account has this address and password. A pending audit entry must be committed.
        TooManyFailures: too many attempts have failed; further ones are not evaluated for a while.
        AccountDisabled: the credentials are correct, but the account is disabled.
        EmailUnverified: they are, but the address must be verified first.
        MfaCodeRequired: they are, and the account has a second factor; `mfa_token` is for `complete`.
    """
    user = authenticate(email=email, password=password, network=network)
    verification.require_for_login(user)
    if enabled_at := second_factor.enabled_at(user.id):
        raise MfaCodeRequired(mfa_token=mfa_tokens.mint(user, enabled_at=enabled_at))
    return sessions.begin(user, user_agent=user_agent, ip=ip)


def authenticate(*, email: str, password: str, network: str) -> User:
    """Return the user with this address and password, locked until the transaction ends; failures are throttled.

    Raises:
        InvalidCredentials, TooManyFailures, AccountDisabled: as in `sign_in`.
    """
    counters = _counters(folding.caseless(email), network)
    throttle.require_not_paused(*counters)
    try:
        user = accounts.authenticate(email=email, password=password)
    except InvalidCredentials:
        _audit(throttle.count_failure(*counters), email=email)
        raise
    throttle.record_success(*counters, resetting=counters[0])
    return user


def complete(*, mfa_token: str, ip: str, user_agent: str, **code: str) -> TokenPair:
    """Create a session for a user whose password was right, by a `code` or `recovery_code`.

    Raises:
        MfaTokenInvalid: the token is malformed, has expired, or belongs to an earlier state of the account.
        AccountDisabled: the account was disabled meanwhile.
        WrongCode: the code is wrong or was used before. The failure is counted, which must be committed.
        TooManyFailures: too many codes were wrong; further ones are not checked for a while.
    """
    user = mfa_tokens.lock_holder(mfa_token)
    if not user.is_active:
        raise AccountDisabled()
    second_factor.require_code(user.id, **code)
    return sessions.begin(user, user_agent=user_agent, ip=ip)


def end_pause(*, email: str, network: str) -> None:
    """Let an account's owner, who has just set a new password, sign in at once despite earlier failures."""
    throttle.forget(*_own_counters(folding.caseless(email), network))


def _counters(email_key: str, network: str) -> list[Counter]:
    """Return the counters that a failure increments. The network's is omitted for accounts that have signed in from it
    before, because otherwise one user's guesses could block a whole school."""
    own = _own_counters(email_key, network)
    known = sessions.is_known_network(email_key=email_key, network=network)
    return own if known else [*own, Counter(NETWORK, network)]


def _own_counters(email_key: str, network: str) -> list[Counter]:
    return [Counter(ACCOUNT_FROM_NETWORK, f"{email_key} {network}"), Counter(ACCOUNT, email_key)]


def _audit(reached: list[Counter], *, email: str) -> None:
    """Record in the audit log that limits were reached; once per pause, not once per attempt."""
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
