/// Belvedere observes itself: its own metrics, logs and traces, in its own stores.
@NullMarked
package dev.belvedere.server.self;

import org.jspecify.annotations.NullMarked;
