"""The least that a web server does: one line of text from a bare Starlette, for comparison.

python -m tests.benchmarks.plain PORT
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def said(_: Request) -> PlainTextResponse:
    return PlainTextResponse("a line of text")


if __name__ == "__main__":
    app = Starlette(routes=[Route("/live", said), Route("/plain", said)])
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
