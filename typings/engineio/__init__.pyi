from . import packet as packet
