"""A centre that was prepared as an operator does it, in a folder of a test's own."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from services.cli.centre import answers
from services.cli.main import app
from tests.deploy.resolved import COMPOSE, ROOT, resolved


@dataclass(frozen=True)
class Centre:
    """The folder of a centre, and what can be asked of it."""

    folder: Path

    def init(self, *arguments: str) -> Result:
        """Run `relais init` here."""
        return CliRunner().invoke(app, ["init", "--folder", str(self.folder), *arguments])

    def secret(self, name: str) -> str:
        return (self.folder / "secrets" / name).read_text()

    def everything(self) -> dict[str, str]:
        """Every file that was written, by its name."""
        files = [self.folder / ".env", self.folder / "docker-compose.yml"]
        files += sorted((self.folder / "secrets").iterdir())
        return {file.name: file.read_text() for file in files}

    def answers(self) -> dict[str, str]:
        return answers.said((self.folder / ".env").read_text())

    def compose(self) -> dict[str, Any]:
        """The compose file, as an engine reads it."""
        return resolved((self.folder / "docker-compose.yml").read_text(), self.answers())

    def here(self, text: str) -> str:
        """What a container is told, with the secrets where they stand on this machine."""
        return text.replace("/run/secrets", str(self.folder / "secrets"))


def checkout(folder: Path) -> Centre:
    """A folder with what a checkout brings, before anything was prepared."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(COMPOSE, folder)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    return Centre(folder)


def prepared(folder: Path, *arguments: str) -> Centre:
    centre = checkout(folder)
    done = centre.init("--address", "relais.example.org", *arguments)
    assert done.exit_code == 0, done.output
    return centre
