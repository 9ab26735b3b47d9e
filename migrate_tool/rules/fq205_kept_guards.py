"""Every route that was guarded is guarded afterwards: checked on the migrated text, after all rules."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ205",
    name="kept-guards",
    summary="Every guarded route of the Flask source is looked up again in the migrated code; one that lost a guard is an error.",
    why=(
        "A guard that gets lost leaves a page open, and no test of the application need notice. So the tool lists what guards "
        "each route before the migration (login_required, permissions, decorators that the project wrote itself, decorators of "
        "class-based views, guards around view functions, hooks that refuse, and views that look at the user themselves), reads "
        "the migrated files again, and holds the one against the other."
    ),
    safety=Safety.SAFE,
)
