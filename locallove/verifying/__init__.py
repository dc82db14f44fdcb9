"""Checking what is published: reading a folder or an address, the checks in their order, and the answer in words."""
