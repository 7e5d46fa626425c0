"""Every setting of the house, read once; the defaults run everything on this machine alone."""

from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """Read from the environment (prefix `RELAIS_`) and from `.env`; secrets stand in files."""

    model_config = SettingsConfigDict(env_prefix="RELAIS_", env_file=".env", extra="ignore")

    data_dir: Path = Path("var")
    """Folder of the SQLite files, the team key and the first-run link."""
    database_url: str = "sqlite:///{data_dir}/{service}.db"
    """One database per service: `{service}` and `{data_dir}` are filled in."""
    database_password_file: Path | None = None
    """File with the password of the database server; `{service}` in its path is filled in."""
    queue_url: str = "memory://"
    """`amqp://user@host/vhost` (or `amqps://`) in production; `{service}` is filled in."""
    queue_password_file: Path | None = None
    """File with the password that `queue_url` leaves out; `{service}` is filled in."""
    queue_ca_file: Path | None = None
    """File with the authority (PEM) that an `amqps://` server must be known to."""
    queue_prefix: str = Field(default="relais", pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    """First word of all queues, so that several centres can share one queue server."""
    subscribers_file: Path | None = None
    """File (TOML) with the systems outside the team that hear events; none without it."""
    team_key_file: Path | None = None
    """File with the team's key (32 bytes, base64); default `data_dir/team.key`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    trusted_proxies: str = "127.0.0.1"
    """Addresses and networks whose `X-Forwarded-For` says where a request came from."""
    public_url: str = ""
    """Address that links in mails start with; default http://host:port."""
    zone: str = "Europe/Paris"
    """The centre's time zone (IANA name)."""
    country: str = "FR"
    """Country whose public holidays close the units (ISO 3166, for the `holidays` library)."""
    demo: bool = False
    smtp_url: str = ""
    """`smtp://host:25`, `smtp+starttls://user@host:587` or `smtps://...`; empty: kept, not sent."""
    smtp_password_file: Path | None = None
    mail_ca_file: Path | None = None
    """File with the authority (PEM) that mail servers must be known to; default: this machine's."""
    mail_from: str = "relais@localhost"
    mail_bounces_address: str = ""
    """Where mails come back to that could not be delivered; empty: to `mail_from`."""
    bounces_url: str = ""
    """The mailbox of that address: `imaps://user@host/INBOX` or `maildir:///folder`."""
    bounces_password_file: Path | None = None
    mail_chase: Literal["daily", "at-once"] = "daily"
    """Whether a mail that chases goes with the daily one, or alone."""
    mail_escalation: Literal["at-once", "daily"] = "at-once"
    """Whether the coordinator is told of what is late at once, or with the daily mail."""
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    sign_in_hours: int = Field(default=12, ge=1, le=24)
    secure_cookies: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """Least grave lines of the log: `info` has each change and mail, `debug` every step."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where a worker, which has no pages, answers `/metrics`; 0: nowhere."""
    metrics_token_file: Path | None = None
    """File with the token that `/metrics` asks for; without one it answers this machine alone."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is not an IANA time zone such as Europe/Paris") from error
        return zone

    @field_validator("database_url")
    @classmethod
    def _one_for_each_service(cls, url: str) -> str:
        try:
            ours = url.format(service="a", data_dir="."), url.format(service="b", data_dir=".")
        except (KeyError, ValueError, IndexError) as error:
            raise ValueError("may name {service} and {data_dir} and nothing else") from error
        if len(set(ours)) == 1:
            raise ValueError("must name {service}: every service has a database of its own")
        return url

    @field_validator("database_password_file")
    @classmethod
    def _may_name_the_service(cls, file: Path | None) -> Path | None:
        try:
            str(file).format(service="a")
        except (KeyError, ValueError, IndexError) as error:
            raise ValueError("may name {service} and nothing else in braces") from error
        return file

    @model_validator(mode="after")
    def _one_place_for_the_password(self) -> "Settings":
        server = urlsplit(self.database_url)
        if self.database_password_file and (server.password or not server.username):
            raise ValueError(
                "RELAIS_DATABASE_PASSWORD_FILE needs a user and no password in RELAIS_DATABASE_URL"
            )
        queue = urlsplit(self.queue_url)
        if self.queue_password_file and (queue.password or not queue.username):
            raise ValueError(
                "RELAIS_QUEUE_PASSWORD_FILE needs a user and no password in RELAIS_QUEUE_URL"
            )
        return self

    @field_validator("queue_url")
    @classmethod
    def _names_the_service_or_nobody(cls, url: str) -> str:
        try:
            url.format(service="a")
        except (KeyError, ValueError, IndexError) as error:
            raise ValueError("may name {service} and nothing else") from error
        return url

    @model_validator(mode="after")
    def _safe(self) -> "Settings":
        if self.demo and self.host not in LOCAL_HOSTS:
            raise ValueError("the demo has known passwords and may only listen on 127.0.0.1")
        if any(_known_user_elsewhere(server) for server in self.queue_url.split(";")):
            raise ValueError("guest/guest is not allowed on a broker of another host")
        if self.subscribers_file and not self.queue_url.startswith(("amqp:", "amqps:")):
            raise ValueError("RELAIS_SUBSCRIBERS_FILE needs RabbitMQ: set RELAIS_QUEUE_URL")
        return self

    @property
    def embedded(self) -> bool:
        """True when the queue lives in this process and dies with it."""
        return self.queue_url.startswith("memory:")

    @property
    def address(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def key_file(self) -> Path:
        return self.team_key_file or self.data_dir / "team.key"

    def database_file(self, service: str) -> str:
        """The SQLite file of one service; empty when its database is a server."""
        url = self.database(service)
        return url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""

    def database(self, service: str) -> str:
        """The database URL of one service, with its password from its file."""
        url = self.database_url.format(service=service, data_dir=self.data_dir)
        return with_password(url, self.database_password_file, service)

    def queue(self, service: str) -> str:
        """The queue's address for one service (of a cluster: several), with the password."""
        servers = self.queue_url.format(service=service).split(";")
        return ";".join(with_password(one, self.queue_password_file, service) for one in servers)


def _known_user_elsewhere(server: str) -> bool:
    """Whether a queue server of another machine is spoken to as guest, which is the default."""
    address = urlsplit(server)
    is_known = address.scheme in ("amqp", "amqps") and address.username in (None, "guest")
    return is_known and address.hostname not in (None, *LOCAL_HOSTS)


def with_password(url: str, file: Path | None, service: str) -> str:
    """The address with the password from a file, whose path may name `{service}`."""
    if file is None:
        return url
    secret = Path(str(file).format(service=service)).read_text(encoding="utf-8").strip()
    address = urlsplit(url)
    user, _, place = address.netloc.rpartition("@")
    return urlunsplit(address._replace(netloc=f"{user}:{quote(secret, safe='')}@{place}"))
