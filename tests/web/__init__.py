"""What every request must satisfy, and what every answer carries."""
