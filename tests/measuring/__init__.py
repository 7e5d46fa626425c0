"""Which scores are possible, what they say, and how they are drawn."""
