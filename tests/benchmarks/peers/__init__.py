"""Other ways to have a message handled, each as its own makers say that it is fast."""
