"""The Data page: which pictures a project uses, what they are like and what is wrong with them."""
