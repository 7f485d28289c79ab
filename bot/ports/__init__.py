"""What the use cases need from the world, as Protocols: the stores, the messenger, the directory, the writer."""
