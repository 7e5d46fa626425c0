"""What every service of the care team stands on; nothing in here knows any one service."""
