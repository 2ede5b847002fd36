"""The door for real lists of services: a file becomes rows of the table of services, or a reason why not."""
