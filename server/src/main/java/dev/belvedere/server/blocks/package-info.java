/// Moving metrics from Prometheus and back: its block directories read and written.
@NullMarked
package dev.belvedere.server.blocks;

import org.jspecify.annotations.NullMarked;
