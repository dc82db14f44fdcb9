"""The command `python -m locallove`: what operators, developers and outsiders run."""
