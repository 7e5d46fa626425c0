"""Tests of the coordinator: obligations, board, pathway and ledger."""
