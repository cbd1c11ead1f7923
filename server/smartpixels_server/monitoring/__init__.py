"""For those who run the server: is it alive, is it ready."""
