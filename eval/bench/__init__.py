"""How fast and how large it is: every stage in a process of its own, beside something to compare it with."""
