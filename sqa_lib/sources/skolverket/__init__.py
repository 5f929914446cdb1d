"""Skolverket's official statistics: its national file and its tables per municipality, each recognised by what it says itself."""
