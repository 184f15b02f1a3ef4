"""Calling functions at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def at_once(app):
    """Return a function that calls functions at the same time, each in a thread; it returns results and exceptions."""

    def call(function):
        with app.app_context():
            try:
                return function()
            except Exception as error:
                return error

    def at_once(*functions):
        with ThreadPoolExecutor(len(functions)) as threads:
            return [each.result(timeout=30) for each in [threads.submit(call, function) for function in functions]]

    return at_once
