"""What lies within reach: isochrones, service areas, floating catchments, corridors, distances."""
