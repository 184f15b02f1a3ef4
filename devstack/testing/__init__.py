"""Select the tests to run for a change."""
