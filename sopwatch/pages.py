"""The pages beside the screens."""

from starlette.routing import BaseRoute

PAGES: list[BaseRoute] = []
