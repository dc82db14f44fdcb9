"""The service on a laptop: AWS imitated in this process, server, stream pump, scheduler."""
