"""Planted faults: every ``await`` of a tree that needs nothing is taken away, one at a time, and ``check`` must see it.

``python -m tests.planted`` runs it over whole trees; see ``docs/precision-recall.md``.
"""
