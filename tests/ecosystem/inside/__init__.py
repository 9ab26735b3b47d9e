"""What the measure carries into a test run: a pytest plugin, loaded from outside with ``-p``.

The folder is copied, as the package ``fq_inside``, beside the tree that is measured, so that nothing but it is added to
that run's import path. It may import the standard library, pytest, and whatever the measured environment happens to hold.
"""
