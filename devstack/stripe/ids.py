"""Ids of objects."""

import secrets

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def new_id(prefix: str) -> str:
    """Return an id such as `ch_3Q…`: the prefix says what it is of."""
    return f"{prefix}_" + "".join(secrets.choice(LETTERS) for _ in range(24))
