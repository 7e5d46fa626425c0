"""Lets `python -m services.cli` be the command `relais`."""

from services.cli.main import app

app()
