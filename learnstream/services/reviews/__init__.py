"""Reviews of courses and books."""
