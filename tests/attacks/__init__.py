"""Attacks that have to fail for their kind: bombs, drips, slow receivers, a database that is away."""
