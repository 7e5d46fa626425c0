"""Tests of the reminders: who is told, when, and what became of every mail."""
