"""Who is asking, what they may do, and the trace that every look at a record leaves."""
