"""The event backbone: how no event is lost, doubled, reordered or forgotten."""
