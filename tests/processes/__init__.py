"""Relais as a process of its own: started, asked to end, killed."""
