"""Spatial analysis on frames and arrays; knows no place, file, colour or language.

One-way order of the packages: scripts -> maps -> layers -> geo. Each may import
those to its right, never to its left (held by ``tests/test_import_order.py``).
"""
