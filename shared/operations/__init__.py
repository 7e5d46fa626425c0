"""What every service does when a person decides about an event that it could not apply."""
