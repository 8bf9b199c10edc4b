"""Text at the door: hygiene, titles, addresses, sentences. Pure functions over strings, no framework."""
