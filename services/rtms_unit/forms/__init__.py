"""What people fill in and programs send in the rTMS unit."""
