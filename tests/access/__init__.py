"""Who may come in, and the trace of it."""
