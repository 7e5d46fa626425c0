"""Tests of what the rTMS unit does beyond what all disciplines do."""
