"""Mux on this machine for every test that needs it: the real SDK talks to it, and nothing of it is mocked."""

import pytest

from devstack.mux import Emulator


@pytest.fixture(scope="session")
def mux_emulator(tmp_path_factory):
    """The emulator that the application's configuration names; it keeps its events until a test takes them."""
    with Emulator(tmp_path_factory.mktemp("mux"), fast=True) as emulator:
        yield emulator


@pytest.fixture
def mux(app, mux_emulator):
    """The emulator, empty; uploads become ready at once, with invented facts."""
    yield mux_emulator
    mux_emulator.reset()
