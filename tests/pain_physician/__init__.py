"""Tests of what the pain physician does."""
