"""Pages and endpoints that no desk makes: charts, data quality, uploads; deliveries by HTTP."""
