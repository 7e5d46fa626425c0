"""Reading what the rTMS unit keeps: courses with their sessions, the unit's hours and diary."""
