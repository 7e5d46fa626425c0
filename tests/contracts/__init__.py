"""What the team promises to systems of others: who hears what, in which form, for how long."""
