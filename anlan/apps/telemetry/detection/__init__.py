"""Detection: batches of readings and forecasts judged against every hazard, by the ingest process."""
