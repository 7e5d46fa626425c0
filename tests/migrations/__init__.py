"""Databases come to the form of a new release, and no row is lost."""
