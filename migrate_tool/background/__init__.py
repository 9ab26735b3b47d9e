"""Work that is started in a request and goes on outside of it: who starts it, what it reads of the request, and how it gets it.

It runs before everything else, on the synchronous program: what a thread, a timer, a pool or a queue runs is followed through the
calls to the places that read ``current_user``, ``request``, ``session`` or ``g``; the values are taken where the work is started
and passed along. The rest of the migration then sees a program that never asked outside of a request.
"""

from .prepare import Prepared, explain_background, prepare

__all__ = ["Prepared", "explain_background", "prepare"]
