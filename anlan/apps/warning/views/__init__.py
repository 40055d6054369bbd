"""Pages of warning that no desk makes: for staff, and for everybody."""
