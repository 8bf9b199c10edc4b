"""What every other part stands on: errors, settings, text, the library's folder, time-outs."""
