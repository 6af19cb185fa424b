/// What the machine says of itself in /proc and /sys, under node_exporter's names.
@NullMarked
package dev.belvedere.agent.host;

import org.jspecify.annotations.NullMarked;
