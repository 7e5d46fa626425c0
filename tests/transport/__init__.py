"""What carries events between services, on every kind of queue that there is."""
