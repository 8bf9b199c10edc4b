"""What is measured: pure functions over ids, titles, sentences and statuses, each with its formula and source."""
