"""The tests: a name is a sentence; given, when, then by blank lines."""
