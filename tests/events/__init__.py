"""The contracts between the services."""
