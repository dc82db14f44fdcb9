"""A crowd from a seed."""
