"""The service: everything that ships to Lambda, and nothing else."""

__version__ = "0.1.0"
