"""The indicators of the city's plan, one file each."""
