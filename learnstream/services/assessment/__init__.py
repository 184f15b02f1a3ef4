"""Questions and their marking, quizzes, and learners' attempts at them."""
