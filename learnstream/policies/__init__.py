"""Authorization rules."""
