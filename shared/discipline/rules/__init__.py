"""What a discipline may do, and when. Plain values in, a refusal in words or nothing out."""
