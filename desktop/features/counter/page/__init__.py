"""What happens on the counter's page: finding, holding, boxes, decisions, delivering, the day."""
