"""Password policy, hashing and verification."""

import runpy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import distribution
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from learnstream.errors.accounts import PasswordRefused
from learnstream.text import folding

# The hash of an account without a password: no password matches it.
NONE = ""
MIN_LENGTH = 8
MAX_LENGTH = 128
SEPARATOR = ","  # of common passwords: none contains it


def _common() -> str:
    """Return zxcvbn's list of the most common passwords, each between two commas.

    Importing the package would also load its dictionaries of names and words: 10 MB in every process. A set instead of
    one string would take 1.2 MB more; a search takes 0.1 ms, of a hash's 20.
    """
    lists = runpy.run_path(str(distribution("zxcvbn").locate_file("zxcvbn/frequency_lists.py")))["FREQUENCY_LISTS"]
    return SEPARATOR.join(["", *(word for word in lists["passwords"] if len(word) >= MIN_LENGTH), ""])


COMMON = _common()

# A single thread serializes hashing: each thread that hashes needs 19 MiB, and where there are no huge pages retains them
# (`server.allocator`). Four hashes at once take 9 % more CPU than one after another, because they evict each other from
# the CPU caches.
_hashing = ThreadPoolExecutor(1, "hashing")

T = TypeVar("T")


def require_acceptable(password: str, *, email: str, name: str) -> None:
    """Accept a password that is not easily guessed. There are no composition rules: only length counts.

    Raises:
        PasswordRefused: it is too short, too long, one of the most common ones, or the user's name or address.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise _refused(f"Must be {MIN_LENGTH} to {MAX_LENGTH} characters long.")
    plain = folding.caseless(password)
    if SEPARATOR not in plain and f"{SEPARATOR}{plain}{SEPARATOR}" in COMMON:
        raise _refused("Must not be one of the most common passwords.")
    if plain in {folding.caseless(each) for each in (email, email.partition("@")[0], name)}:
        raise _refused("Must not be your name or e-mail address.")


def hash_new(password: str) -> str:
    """Return a password's argon2id hash."""
    return _in_turn(_hasher().hash, _composed(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Verify a password; without a hash, or with that of no password, return False after the same time."""
    expected = password_hash or _dummy_hash(*_parameters())
    try:
        verified = _in_turn(_hasher().verify, expected, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return verified and bool(password_hash)


def is_outdated(password_hash: str) -> bool:
    """Return whether a hash was computed with other parameters than the present ones."""
    return _hasher().check_needs_rehash(password_hash)


def _in_turn(work: Callable[..., T], *arguments: str) -> T:
    return _hashing.submit(work, *arguments).result()


def _refused(reason: str) -> PasswordRefused:
    return PasswordRefused(errors={"json": {"password": [reason]}})


def _composed(password: str) -> str:
    # Depending on the keyboard, é is one code point or two.
    return folding.compose(password)


def _parameters() -> tuple[int, int, int]:
    chosen = current_app.config["ARGON2"]
    return chosen["memory_cost"], chosen["time_cost"], chosen["parallelism"]


def _hasher() -> PasswordHasher:
    return _hasher_with(*_parameters())


@cache
def _hasher_with(memory_cost: int, time_cost: int, parallelism: int) -> PasswordHasher:
    return PasswordHasher(memory_cost=memory_cost, time_cost=time_cost, parallelism=parallelism)


@cache
def _dummy_hash(memory_cost: int, time_cost: int, parallelism: int) -> str:
    return _in_turn(_hasher_with(memory_cost, time_cost, parallelism).hash, "dummy password")
