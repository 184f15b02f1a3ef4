"""Mux on this machine: a small HTTP service that keeps Mux's contract, for the local stack and the tests."""

from devstack.mux.behaviour import ApiFault
from devstack.mux.emulator import Emulator
from devstack.mux.webhooks import Event

__all__ = ["ApiFault", "Emulator", "Event"]
