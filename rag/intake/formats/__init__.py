"""One parser a format, and what they share: blocks of text, fields, dates, authors, withdrawals."""
