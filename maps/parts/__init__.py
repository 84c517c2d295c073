"""What pages are made of: classes, palettes, figures, popups, overlays, images."""
