"""What the rTMS unit hears: what every discipline hears."""

from shared.discipline.handlers import discipline_handlers

handlers = discipline_handlers()
