"""What an admin says of each part of a service: read from a definition's content, and put back into it."""
