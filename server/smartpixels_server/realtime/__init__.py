"""The Socket.IO edge: strict frames in, typed messages to handlers, acks out. python-socketio is known only here."""
