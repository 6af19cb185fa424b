/// Which segments exist, and up to which offset of the ingest log they hold everything.
@NullMarked
package dev.belvedere.platform.catalog;

import org.jspecify.annotations.NullMarked;
