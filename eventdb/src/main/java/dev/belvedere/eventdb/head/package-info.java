/// What came in since the last flush, searchable in memory.
@NullMarked
package dev.belvedere.eventdb.head;

import org.jspecify.annotations.NullMarked;
