"""Mux: the adapter behind the video port, its webhook events, and signed playback tokens."""
