"""The matrix of cards: what is done with a card, over every token that can be had or played here."""
