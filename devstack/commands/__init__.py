"""One module per command, each with `main(options) -> exit code`; they run inside the virtual environment."""
