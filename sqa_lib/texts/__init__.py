"""What people write themselves: the figures that their texts refer to, and the numbers that they typed by hand."""
