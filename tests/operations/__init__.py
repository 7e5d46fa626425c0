"""Tests of what an operator does: checking the books, following events, deciding, refilling."""
