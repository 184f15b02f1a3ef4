"""Videos: asked for, followed by the video service's events, and let go."""
