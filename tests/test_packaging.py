"""An installed Relais has everything that the checkout has, and works from any folder."""

import os
import shutil
import site
import socket
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
BUILT_FROM = ("services", "shared", "templates", "pyproject.toml", "README.md", "LICENSE")
OTHER_SHELL = {"PATH": os.defpath, "HOME": "/nonexistent"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from a copy as it would be from a fresh clone."""
    folder = tmp_path_factory.mktemp("clone")
    for name in BUILT_FROM:
        copy(ROOT / name, folder / name)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist", cwd=folder)
    (built,) = (folder / "dist").glob("relais-*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; the locked libraries are lent to it, not copied."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", str(python))
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel), cwd=folder)
    (own,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (own / "lent.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return folder


@pytest.mark.parametrize("folder", ["services", "shared"])
def test_the_wheel_holds_the_code_and_its_migrations(wheel: Path, folder: str) -> None:
    assert files_of(ROOT / folder) - contents(wheel) == set()


def test_the_wheel_holds_pages_styles_and_translations(wheel: Path) -> None:
    kept = {f"shared/_assets/{name}" for name in files_of(ROOT / "templates")}
    assert {
        "shared/_assets/templates/base.html",
        "shared/_assets/templates/locales/fr.po",
        "shared/_assets/templates/static/relais.css",
    } <= kept
    assert kept - contents(wheel) == set()


def test_the_wheel_claims_no_other_name(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in contents(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"services", "shared"}


def test_the_command_works_from_another_folder(elsewhere: Path) -> None:
    shown = run(str(elsewhere / "venv/bin/relais"), "--help", cwd=elsewhere)
    assert "up" in shown
    assert "fhir" in shown


def test_an_installed_page_is_found_in_the_wheel(elsewhere: Path) -> None:
    program = "from shared.i18n import asset_folder; print(asset_folder())"
    python = str(elsewhere / "venv/bin/python")
    found = Path(run(python, "-c", program, cwd=elsewhere).strip())
    assert found.is_relative_to(elsewhere)
    assert (found / "base.html").is_file()


def test_an_installed_relais_starts_and_stops_in_any_folder(elsewhere: Path) -> None:
    port, log = free_port(), elsewhere / "log"
    with log.open("wb") as output, started(elsewhere, port, output) as house:
        assert '<html lang="' in first_page(house, port), log.read_text()
        house.terminate()
        assert house.wait(timeout=5) == 0, log.read_text()


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("no-such-python", "Relais needs Python 3.11 or newer, and 'no-such-python' was not found"),
        ("./old-python", "Relais needs Python 3.11 or newer; './old-python' is Python 3.9.2"),
        ("./bare-python", "Python's venv module is missing"),
    ],
)
def test_make_names_what_is_missing(python: str, sentence: str, tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        copy(ROOT / name, tmp_path / name)
    script(tmp_path / "old-python", 'test "$1" = -V && echo Python 3.9.2 || exit 1')
    script(tmp_path / "bare-python", 'case "$2" in *ensurepip*) exit 1; esac')
    made = make(tmp_path, "setup", f"PYTHON={python}")
    assert made.returncode != 0
    assert sentence in made.stderr


def test_set_up_is_done_again_only_when_the_lock_changed(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        copy(ROOT / name, tmp_path / name)
    ready = tmp_path / ".venv" / ".ready"
    ready.parent.mkdir()
    ready.touch()
    assert make(tmp_path, "--question", ".venv/.ready").returncode == 0
    later = ready.stat().st_mtime + 60
    os.utime(tmp_path / "requirements.lock", (later, later))
    assert make(tmp_path, "--question", ".venv/.ready").returncode == 1


def test_make_names_a_busy_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        made = make(ROOT, "--assume-old=.venv/.ready", "port-is-free", f"RELAIS_PORT={port}")
    assert made.returncode != 0
    assert f"Port {port} is taken by another program" in made.stderr


@contextmanager
def started(folder: Path, port: int, output: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The installed house, running from another folder; never left behind."""
    command = [str(folder / "venv/bin/relais"), "up", "--port", str(port), "--data", "data"]
    with subprocess.Popen(
        command, cwd=folder, env=OTHER_SHELL, stdout=output, stderr=output
    ) as house:
        try:
            yield house
        finally:
            house.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def first_page(house: subprocess.Popen[bytes], port: int) -> str:
    """What a browser sees at the address, as soon as the house answers; empty if it ended."""
    while house.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
                return str(page.read(), "utf-8")
        except ConnectionError:
            pass
        except URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
        with suppress(subprocess.TimeoutExpired):
            house.wait(timeout=0.1)
    return ""


def script(file: Path, body: str) -> None:
    file.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    file.chmod(0o755)


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(
        command, cwd=folder, env=OTHER_SHELL, capture_output=True, text=True, check=False
    )


def run(*command: str, cwd: Path) -> str:
    """What a command printed; it must end well, without help from this process's environment."""
    done = subprocess.run(
        command, cwd=cwd, env=OTHER_SHELL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def contents(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def files_of(folder: Path) -> set[str]:
    """Every file below a folder of the project, as seen from its root."""
    return {
        file.relative_to(ROOT).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
