/// Logs and spans as frames of the ingest log.
@NullMarked
package dev.belvedere.eventdb.frame;

import org.jspecify.annotations.NullMarked;
