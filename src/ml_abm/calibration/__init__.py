"""Real cases, and the fit of the model to them."""
