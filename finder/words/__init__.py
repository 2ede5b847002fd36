"""What Finder says: messages in four languages, numbers and dates in words."""
