"""Pages of an example school, clients of the API like any other: to read and watch lessons, to take quizzes, and to upload files."""
