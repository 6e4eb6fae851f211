"""Sound itself: decoding, measuring, preparing and playing it. No Qt; numpy only when called."""
