/// What an agent of its own sends to a server: remote write for metrics, Loki push for logs and events.
@NullMarked
package dev.belvedere.agent.push;

import org.jspecify.annotations.NullMarked;
