"""Mux: the adapter for the video port, webhook events, and signed playback tokens."""
