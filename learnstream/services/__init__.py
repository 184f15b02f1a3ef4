"""What LearnStream does: verbs with plain arguments. SQL is flushed here and committed by the caller."""
