"""The only place that knows boto3: one module for each thing kept."""
