"""How fast LearnStream is, measured against what this machine can do."""
