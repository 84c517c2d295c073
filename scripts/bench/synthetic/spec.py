"""What a synthetic region is asked to be."""

from __future__ import annotations

import dataclasses

import numpy as np

COUNTRIES = ("XA", "XB")
"""Codes that ISO 3166-1 leaves to users: no country has them."""

# Parts of a region, each drawn from a stream of its own: one more village moves no border.
_STREAMS = ("ground", "names", "ways", "people", "economy", "background", "features", "flows")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Spec:
    """A region to invent; equal specs give equal bytes.

    Parameters
    ----------
    seed
        Of everything that is drawn.
    units
        Districts of both countries together.
    extent_km
        Width of the zone, about; its height follows from the number of districts.
    cell_m
        Side of the cells of all surfaces.
    oblasts
        In each country.
    villages
        In each district, besides its town.
    languages
        Codes for which there are interface texts; names are written in all, other words in the first.
    enclave
        Whether a piece of the first country lies inside the second.
    draws, permutations
        Of the doubt about scores, and of the tests of clusters.
    scenarios, siting, crosswalk, flows, links, zones, programme, candidates, claims
        Whether the region has the tables of what a region may lack. The candidates are those of the
        programme and are measured on the surfaces of siting, beside links and zones.
        The claims are about the border and the links.
    """

    seed: int = 0
    units: int = 12
    extent_km: float = 100.0
    cell_m: float = 2_000.0
    oblasts: int = 2
    villages: int = 4
    languages: tuple[str, ...] = ("en",)
    enclave: bool = True
    draws: int = 40
    permutations: int = 999
    scenarios: bool = True
    siting: bool = True
    crosswalk: bool = False
    flows: bool = False
    links: bool = False
    zones: bool = False
    programme: bool = False
    candidates: bool = False
    claims: bool = False

    def __post_init__(self) -> None:
        if self.units < 8 or self.rows < self.oblasts:
            raise ValueError(f"units = {self.units}: expected at least 8, and a row of them for each oblast")
        if self.candidates and not (self.siting and self.links and self.zones and self.programme):
            raise ValueError("candidates: expected siting, links, zones and a programme beside them")
        if self.claims and not self.links:
            raise ValueError("claims: expected links beside them")

    @property
    def columns(self) -> int:
        """Cells of the lattice from west to east, of which each district has one or two."""
        return max(4, int(np.ceil(np.sqrt(self.units))))

    @property
    def rows(self) -> int:
        """Cells of the lattice from south to north."""
        return int(np.ceil(self.units / self.columns))

    @property
    def spacing_m(self) -> float:
        """Side of a cell of the lattice."""
        return self.extent_km * 1_000 / self.columns

    def random(self, part: str) -> np.random.Generator:
        """Random numbers of one part of the region."""
        return np.random.default_rng([self.seed, _STREAMS.index(part)])
