/// Columns of numbers and texts as checked, compressed blocks.
@NullMarked
package dev.belvedere.eventdb.column;

import org.jspecify.annotations.NullMarked;
