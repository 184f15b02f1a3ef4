"""Books: what is said about them, and who named them in reading lists."""
