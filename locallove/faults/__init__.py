"""The fault simulation, and the stand-ins where boto3's clients stand: AWS in memory, without clock, randomness or network."""
