"""Videos: uploads, processing, playback state and deletion."""
