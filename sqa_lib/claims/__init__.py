"""What a report prints as figures (claims): which of them the data give, and which can't be right whatever the data are."""
