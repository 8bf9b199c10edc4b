"""The commands, in modules of those that belong together: a function of the command's name returns the exit code."""
