"""Taking a trained model out of Layerloom, with the proof that it still says the same."""
