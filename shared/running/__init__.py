"""A service that runs, and the team of all services of this process."""

from shared.running.house import House
from shared.running.running_service import RunningService
from shared.running.team import Team

__all__ = ["House", "RunningService", "Team"]
