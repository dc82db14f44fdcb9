"""What the service does, one deed each: intake, counting, reading, publishing."""
