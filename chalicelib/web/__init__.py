"""The only place that knows Chalice: request in, answer out."""
