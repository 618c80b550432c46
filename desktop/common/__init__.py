"""What every layer may use: where resources lie, and performance marks. Standard library only."""
