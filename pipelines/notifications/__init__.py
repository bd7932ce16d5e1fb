"""What people are told of builds and returns, through one seam: `notify` in seam.py. A message holds no row."""
