"""What every other part stands on: errors, settings, text, the library's folder, waiting, HTTP clients' guards."""
