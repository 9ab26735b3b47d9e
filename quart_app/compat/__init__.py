"""What Flask, Werkzeug and their kin had in older versions and no longer have: the names that migrated code still says.

Nothing here is needed by new code; each module says what that would use instead. This package imports none of them.
"""
