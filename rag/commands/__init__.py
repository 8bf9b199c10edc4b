"""The commands, one module each: `run(arguments)` returns the exit code."""
