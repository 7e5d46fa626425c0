"""A page that shows every component once, for tests and for reviewers' eyes."""
