"""A centre in containers: the passwords, certificates and lists that its own folder holds."""

from services.cli.centre.completing import COMPOSE, SUBSCRIBERS, complete, write_containers
from services.cli.centre.folder import CentreFolder, NotOurs

__all__ = ["COMPOSE", "SUBSCRIBERS", "CentreFolder", "NotOurs", "complete", "write_containers"]
