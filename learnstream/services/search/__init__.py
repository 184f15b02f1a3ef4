"""Search over courses, lessons and books: the index, and finding in it what a caller may see."""
