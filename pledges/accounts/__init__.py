"""Who may come in: how often a password may be tried, how long a session lasts, the second factor, the log."""
