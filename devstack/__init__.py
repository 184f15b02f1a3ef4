"""The local stack: the three stores as child processes, the Mux emulator, demo data. Never imported by learnstream."""
