"""What do the ready studies show? One file a study: its claims, its sentences and its picture, all worked out from its runs."""
