"""From the files an authority really has to validated, typed, tidy tables; a row that is not accepted is told of."""
