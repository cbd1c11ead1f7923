"""Talk to hardware; free of Home Assistant."""
