@"%~dp0python" -I -m desktop %*
