"""The grid, the door for arrays, zonal sums and the population surface."""
