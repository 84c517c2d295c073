"""What is computed over roads and ground: times, catchments, corridors, surfaces, what-if."""
