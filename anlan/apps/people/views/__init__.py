"""Pages of people that no desk makes, by who uses them."""
