"""Decoding of pictures with Pillow, in a process of its own."""
