"""The rules of counting and giving. Standard library and msgspec only: no AWS, no clock, no environment."""
