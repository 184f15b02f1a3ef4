"""Terminal output and input: progress, and orderly interruption. Standard library only."""
