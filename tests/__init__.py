"""What Relais promises, told as stories and checked."""
