"""The live view: a page in the browser where people play with a school system and see why."""
