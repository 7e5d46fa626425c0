"""Stands before the application and keeps whatever it answers."""

from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Answer:
    """One answer as it left the house."""

    path: str
    status: int = 0
    headers: str = ""
    body: bytearray = field(default_factory=bytearray)

    def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            pairs = ((name.decode(), value.decode()) for name, value in message["headers"])
            self.headers = "\n".join(f"{name}: {value}" for name, value in pairs)
        self.body.extend(message.get("body", b""))

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def is_page(self) -> bool:
        return "text/html" in self.headers


class Recorder:
    """The outermost part of the application."""

    def __init__(self, app: ASGIApp, kept: list[Answer]) -> None:
        self._app, self._kept = app, kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = Answer(scope.get("path", ""))
        self._kept.append(answer)

        async def keep(message: Message) -> None:
            answer.take(message)
            await send(message)

        await self._app(scope, receive, keep)
