"""How the house shows that it is well: figures, a log, and requests that can be followed."""
