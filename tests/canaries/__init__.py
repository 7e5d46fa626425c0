"""A patient with a mark in every field: where the mark may stand, and where never."""
