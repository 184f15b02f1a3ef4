"""Settings of homework, and its deadlines. A lesson refers to them as to a quiz; submissions are in `homework`."""
