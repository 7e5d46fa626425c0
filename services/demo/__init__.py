"""The demo centre: an invented team and invented patients. No service: it has no name plate."""
