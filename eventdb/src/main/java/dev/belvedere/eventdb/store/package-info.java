/// Partitions of a signal: from frames to segments, and what becomes of segments.
@NullMarked
package dev.belvedere.eventdb.store;

import org.jspecify.annotations.NullMarked;
