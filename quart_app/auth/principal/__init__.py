"""Flask-Principal's words, awaited: identities, needs and permissions.

The identity of a request is loaded when it is first asked for, not with every request: a static file costs no query.
"""

from .errors import IdentityNotLoadedError, PermissionDenied
from .extension import Principal, session_identity_loader, session_identity_saver
from .identity import AnonymousIdentity, Identity, current_identity
from .needs import ActionNeed, ItemNeed, Need, RoleNeed, TypeNeed, UserNeed
from .permission import Answer, Denial, IdentityContext, Permission
from .signals import identity_changed, identity_loaded, signals

__all__ = [
    "ActionNeed",
    "AnonymousIdentity",
    "Answer",
    "Denial",
    "Identity",
    "IdentityContext",
    "IdentityNotLoadedError",
    "ItemNeed",
    "Need",
    "Permission",
    "PermissionDenied",
    "Principal",
    "RoleNeed",
    "TypeNeed",
    "UserNeed",
    "current_identity",
    "identity_changed",
    "identity_loaded",
    "session_identity_loader",
    "session_identity_saver",
    "signals",
]
