"""Whatever happens to people, units and patients: nothing is silently stuck."""
