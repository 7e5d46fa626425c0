"""The command `relais`, as a person at a terminal meets it."""
