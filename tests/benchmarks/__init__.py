"""How fast Relais is beside others that do the same job, on the same servers, in turns."""
