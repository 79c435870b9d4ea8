"""The Flatten lens: a real picture's values, unrolled or gathered before the eyes."""
