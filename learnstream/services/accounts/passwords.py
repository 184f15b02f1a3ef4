"""Passwords: which ones are accepted, and how they are kept."""

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

MIN_LENGTH = 8
MAX_LENGTH = 128


def _common() -> frozenset[str]:
    """Return the most common passwords, of which zxcvbn has a list.

    Imported as a package it would keep its dictionaries of names and words as well: 10 MB in every process.
    """
    lists = runpy.run_path(str(distribution("zxcvbn").locate_file("zxcvbn/frequency_lists.py")))["FREQUENCY_LISTS"]
    return frozenset(word for word in lists["passwords"] if len(word) >= MIN_LENGTH)


COMMON = _common()

# One after the other, in a thread of their own: hashes side by side push each other out of the processor's caches and
# all take longer, and each thread that has hashed once keeps the memory it took, 19 MiB.
_hashing = ThreadPoolExecutor(1, "hashing")

T = TypeVar("T")


def require_acceptable(password: str, *, email: str, name: str) -> None:
    """Let through what is not easily guessed. There are no rules of composition: length is what counts.

    Raises:
        PasswordRefused: it is too short, too long, among the most common ones, or the person's own name or address.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise _refused(f"Must have {MIN_LENGTH} to {MAX_LENGTH} characters.")
    plain = folding.caseless(password)
    if plain in COMMON:
        raise _refused("Is among the most common passwords.")
    if plain in {folding.caseless(each) for each in (email, email.partition("@")[0], name)}:
        raise _refused("Must not be your name or e-mail address.")


def hash_new(password: str) -> str:
    """Return the argon2id hash to store."""
    return _in_turn(_hasher().hash, _composed(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Verify a password; without a hash it takes the same time and fails."""
    known = password_hash or _hash_of_nothing(*_parameters())
    try:
        verified = _in_turn(_hasher().verify, known, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return verified and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Say whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


def _in_turn(work: Callable[..., T], *arguments: str) -> T:
    return _hashing.submit(work, *arguments).result()


def _refused(reason: str) -> PasswordRefused:
    return PasswordRefused(errors={"json": {"password": [reason]}})


def _composed(password: str) -> str:
    # The same é is one character on one keyboard and two on another.
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
def _hash_of_nothing(memory_cost: int, time_cost: int, parallelism: int) -> str:
    return _in_turn(_hasher_with(memory_cost, time_cost, parallelism).hash, "nobody's password")
