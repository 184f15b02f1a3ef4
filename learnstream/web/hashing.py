"""Operations that hash a password, which takes fifty times as long as any other.

They are marked with a decorator; gunicorn's worker looks them up and queues their requests without occupying a thread.
"""

from learnstream.web.route_facts import View, state


def hashes_password(view: View) -> View:
    """Mark a route that hashes a password, always or for some bodies: the worker queues its requests."""
    return state(view, hashes_password=True)
