"""The thin adapters between the pure layers and Qt's event loop; only QtCore."""
