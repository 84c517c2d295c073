"""Cooperation intensity: realised, potential and convergence, their scores and doubt."""
