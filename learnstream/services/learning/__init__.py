"""Learning: progress, availability of lessons, and exceptions for single learners."""
