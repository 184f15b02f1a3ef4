"""Which tests to run for a change."""
