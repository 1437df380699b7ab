"""The house itself: who imports whom, words, colours, settings."""
