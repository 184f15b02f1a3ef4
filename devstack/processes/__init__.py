"""Child processes: starting and watching them, their ports and logs, and finding those that are provably ours."""
