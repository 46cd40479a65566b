"""Real cases, and (from 0.2 on) the fit of the model to them."""
