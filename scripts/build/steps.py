"""All steps of the build, each after those that it reads from."""

from __future__ import annotations

from scripts.build import analysis_steps, base_steps, product_steps

STEPS = [*base_steps.STEPS, *analysis_steps.STEPS, *product_steps.STEPS]
