"""Objects of ours for who asks by Flask's class: ``isinstance(app, Flask)``, as extensions do before they touch one."""

from __future__ import annotations

import functools
import warnings
from typing import Any


@functools.cache
def also(cls: Any, theirs: Any) -> type:
    """A class that is both ``cls`` and ``theirs``, to be an object's ``__class__``; nothing is made of it.

    Args:
        cls: what the object is.
        theirs: what it is asked for.
    """
    with warnings.catch_warnings():
        # A class that derives from Flask's may be told how to do that better.
        warnings.simplefilter("ignore")
        return type(
            cls.__name__, (cls, theirs), {"__module__": cls.__module__, "__qualname__": cls.__qualname__}
        )
