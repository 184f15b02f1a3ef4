"""The profile of Hypothesis for all tests: no test fails because the machine was busy while an input was drawn or tried."""

from hypothesis import HealthCheck, settings

settings.register_profile("busy_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy_machine")
