"""What no fault of a machine, a server or a wire may do to the promise."""
