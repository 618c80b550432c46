"""The open record: ligne de vie, list of documents, viewer."""
