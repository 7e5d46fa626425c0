"""What every discipline does alike: its rules, its actions, its pages."""
