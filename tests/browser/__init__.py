"""What a person sees and does: a real server, a real browser."""
