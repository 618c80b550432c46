"""What is done with a summary in a worker: drafts are kept, proposals read, a version published."""
