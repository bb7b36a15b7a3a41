"""What does each audience read: the mail of the week, and the page behind it?"""
