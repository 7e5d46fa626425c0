"""The command `relais`: what an administrator types. It is no service."""
