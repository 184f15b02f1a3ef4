"""What the person at the keyboard sees and presses: progress, and stopping in order. Standard library only."""
