"""What the pages and the API show: the list of patients, what waits, and one whole record."""
