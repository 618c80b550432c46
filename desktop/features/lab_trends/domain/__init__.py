"""What a trend is: values, units, series. Features H.3."""
