"""What is owed, until when, how it is said and drawn: plain values in, plain values out."""
