"""The way in for browsers and programs: who may enter, what a page gets, how a refusal looks."""
