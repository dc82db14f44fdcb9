"""What the operator does with AWS credentials."""
