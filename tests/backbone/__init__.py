"""The promise of the backbone: nothing lost, doubled, reordered or forgotten."""
