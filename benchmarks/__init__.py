"""What scripts/bench runs; each module is one benchmark with its own `main(options)`."""
