"""What administrators see across all domains."""
