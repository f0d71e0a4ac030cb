"""Small pages outside the screens, quick and without anything from elsewhere: sign in, sign out, set up."""

from starlette.routing import BaseRoute, Route

from sopwatch.pages.code import show_box, show_code
from sopwatch.pages.elsewhere import show_nowhere, to_shift
from sopwatch.pages.labels import show_labels
from sopwatch.pages.set_up import make_first_administrator, show_set_up
from sopwatch.pages.sign_in import lock, show_sign_in, show_sign_out, sign_in, sign_out

PAGES: list[BaseRoute] = [
    Route("/sign-in", show_sign_in, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", show_sign_out, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/lock", lock, methods=["POST"]),
    Route("/set-up", show_set_up, methods=["GET"]),
    Route("/set-up", make_first_administrator, methods=["POST"]),
    Route("/q", show_box, methods=["GET"]),
    Route("/q/{code}", show_code, methods=["GET"]),
    Route("/labels", show_labels, methods=["GET"]),
    Route("/shift", to_shift, methods=["GET"]),
]
NOWHERE: list[BaseRoute] = [Route("/{path:deep}", show_nowhere, methods=["GET"])]
