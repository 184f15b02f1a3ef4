"""LearnStream on this machine: its parts in order, its generated secrets, and the state that scripts may read."""
