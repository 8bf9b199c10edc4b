"""Text at the door: hygiene, titles, addresses, sentences. Pure functions over strings, no framework."""

from __future__ import annotations
