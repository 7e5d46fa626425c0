"""When a mail may go, what it says in words, and which page it leads to: rules without a memory."""
