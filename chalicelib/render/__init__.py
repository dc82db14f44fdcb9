"""A report in its formats. Pure: a report model in, bytes out."""
