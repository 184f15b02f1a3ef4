"""What schemathesis does at our request.

It hardly thinks of text that no store can hold, so every fourth body gets some; and it lets the caller's own account be,
because an administrator who gives themselves another password or role is locked out, and proves nothing any more.
"""

import os
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import schemathesis
from hypothesis import strategies as st

OWN_ID = os.environ.get("OWN_ID", "")
NUL, SURROGATES = "\x00", ("\ud800", "\udfff")
ONE_IN = 4


@schemathesis.hook
def flatmap_body(context: Any, body: Any) -> st.SearchStrategy[Any]:
    """Put what cannot be stored into one of a body's texts, now and then."""
    if not (texts := len(list(_texts(body)))):
        return st.just(body)
    # A form has no way to spell a surrogate.
    unstorable = (NUL,) if context.operation.label == "POST /auth/token" else (NUL, *SURROGATES)
    spoiled = st.builds(partial(_spoil, body), st.integers(0, texts - 1), st.sampled_from(unstorable))
    return st.integers(1, ONE_IN).flatmap(lambda number: spoiled if number == 1 else st.just(body))


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leave out what administrators would change about themselves."""
    return case.method == "GET" or str((case.path_parameters or {}).get("user_id")) != OWN_ID


def _spoil(body: Any, number: int, text: str) -> Any:
    spoiled = deepcopy(body)
    holder, key = list(_texts(spoiled))[number]
    holder[key] += text
    return spoiled


def _texts(body: Any) -> Iterator[tuple[Any, Any]]:
    """Find every text in a body: what holds it, and under which key or number."""
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inside:
        if isinstance(value, str):
            yield body, key
        yield from _texts(value)
