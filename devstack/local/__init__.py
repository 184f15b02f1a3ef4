"""The whole of LearnStream on this machine: its parts in order, its generated secrets, and what scripts may know of it."""
