"""Bugs on purpose: a test that cannot fail shows nothing, so each promise is broken once."""
