"""Takes a picture of every page of the demo centre, always of the same morning."""
