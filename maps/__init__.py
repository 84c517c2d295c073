"""Cartography: classes, palettes, legends, popups, web pages, QGIS styles and texts."""
