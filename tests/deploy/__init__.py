"""A centre in containers, checked without an engine: its files, its servers, its door."""
