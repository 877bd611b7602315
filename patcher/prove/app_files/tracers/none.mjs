// No tracer: nothing is attached to promises and timers, so nothing should stay.
