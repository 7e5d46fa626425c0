"""How patients are kept and found."""
