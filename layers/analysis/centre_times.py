"""Times between the centres of all districts, over the border and within the own country."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.network import access, routes
from layers.analysis import network
from layers.region import Region


def origins(region: Region, layers: network.Frames, attached: access.Attached) -> list[str]:
    """Places from which many analyses ask for times: centres, largest settlements, crossings."""
    heads = network.heads(region, layers)["settlement_id"]
    crossings = sorted(set(attached.network.gates["crossing_id"]))
    return [*network.centres(region, layers).index, *network.centre_of(layers).unique(), *heads, *crossings]


def times(region: Region, layers: network.Frames, attached: access.Attached) -> pd.DataFrame:
    """Least-time ways between the centres of all districts.

    Trips between two districts of one country may run through the other one where that is faster and the
    crossings are passable; ``domestic_min`` and ``domestic_km`` are those of the way that stays at home.

    Returns
    -------
    pandas.DataFrame
        A row for each ordered pair: ``from_id``, ``to_id``, ``travel_min``, ``way_km``, ``crossing_ids`` in
        the order of passage, ``domestic_min`` and ``domestic_km``; missing where there is no way, the
        domestic ones also between countries.
    """
    places = network.centres(region, layers).index.tolist()
    found = routes.between(attached, places).replace(np.inf, np.nan).round(3)
    home = routes.between(routes.closed(attached), places).replace(np.inf, np.nan).round(3)
    return pd.DataFrame(
        {
            "from_id": found["from_id"],
            "to_id": found["to_id"],
            "travel_min": found["travel_min"],
            "way_km": found["length_km"],
            "crossing_ids": found["crossing_ids"].str.join(" "),
            "domestic_min": home["travel_min"],
            "domestic_km": home["length_km"],
        }
    )
