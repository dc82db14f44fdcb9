"""The benchmark `python -m bench`: what the service costs, printed with its targets; no test ever judges a time."""
