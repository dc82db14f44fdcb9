"""How the sender kit works inside; what it offers is `locallove.sender`."""
