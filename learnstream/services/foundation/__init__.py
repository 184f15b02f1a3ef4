"""What every service stands on: what is logged, told, repeated and locked."""
