"""The sample library: three saved listing pages. See README.md beside this file."""
