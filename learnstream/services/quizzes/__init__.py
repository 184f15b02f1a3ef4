"""Questions, their marking, and quizzes. A lesson refers to a quiz as it does to a video; attempts are in `assessment`."""
