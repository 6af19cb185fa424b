/// Immutable files of columns: writing, opening, reading rows.
@NullMarked
package dev.belvedere.eventdb.segment;

import org.jspecify.annotations.NullMarked;
