"""What the people of the rTMS unit do."""
