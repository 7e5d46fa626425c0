"""Whatever a program sends, Relais answers calmly."""
