"""The composition root: settings, addresses, processes and commands; the only place that knows everything."""
