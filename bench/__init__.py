"""Benchmarks of LearnStream, measured against what this machine can do."""
