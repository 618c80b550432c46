"""The demo's patients and documents: all synthetic, the same for the same seed and day."""

from desktop.simulator.demo.dataset import DemoDataset, load

__all__ = ["DemoDataset", "load"]
