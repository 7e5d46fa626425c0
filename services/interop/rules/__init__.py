"""What a message from outside may hold and what it means: pure, nothing is kept here."""
