"""Members, passwords, links and tokens."""
