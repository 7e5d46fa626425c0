"""Bytes that are no message of ours: every door refuses them calmly, and repeats none of them."""
