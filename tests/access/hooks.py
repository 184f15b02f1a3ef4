"""Hooks for schemathesis.

It rarely generates text that no store can hold, so every fourth body gets some. Changes to the caller's own account are
left out: an administrator who changes their own password or role is locked out, and further requests would test nothing.
"""

import os
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.error_feedback.pipeline import FeedbackPipeline

OWN_ID = os.environ.get("OWN_ID", "")
NUL, SURROGATES = "\x00", ("\ud800", "\udfff")
MUTATE_ONE_IN = 4
learn = FeedbackPipeline.parse


def learn_unless_ambiguous(self: FeedbackPipeline, *, operation: Any, **response: Any) -> tuple[Any, ...]:
    """Learn rules for bodies from error responses, except for questions.

    What a content must have depends on the kind beside it: rules from several kinds contradict each other, until
    schemathesis finds no body any more. No setting turns this off for an operation.
    """
    return () if "question" in operation.label else learn(self, operation=operation, **response)


FeedbackPipeline.parse = learn_unless_ambiguous  # type: ignore[method-assign]


@schemathesis.hook
def flatmap_body(context: Any, body: Any) -> st.SearchStrategy[Any]:
    """Add characters that cannot be stored to one of a body's texts, in one of four bodies."""
    if not (text_count := len(list(_texts(body)))):
        return st.just(body)
    # A form cannot encode a surrogate.
    unstorable = (NUL,) if context.operation.label == "POST /auth/token" else (NUL, *SURROGATES)
    mutated = st.builds(partial(_append_text, body), st.integers(0, text_count - 1), st.sampled_from(unstorable))
    return st.integers(1, MUTATE_ONE_IN).flatmap(lambda number: mutated if number == 1 else st.just(body))


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leave out changes to the caller's own account."""
    return case.method == "GET" or str((case.path_parameters or {}).get("user_id")) != OWN_ID


def _append_text(body: Any, number: int, text: str) -> Any:
    mutated = deepcopy(body)
    container, key = list(_texts(mutated))[number]
    container[key] += text
    return mutated


def _texts(body: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the container and the key or index of every text in a body."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        if isinstance(value, str):
            yield body, key
        yield from _texts(value)
