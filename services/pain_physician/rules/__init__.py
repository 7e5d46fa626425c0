"""What the pain physician may record and decide: plain values in, plain answers out."""
