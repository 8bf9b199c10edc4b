"""Kills, full disks, damage, and many at once: real processes, real files. `python -m tests.crash` is the long one."""
