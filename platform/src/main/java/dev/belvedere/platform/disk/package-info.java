/// Files: the machine's own, and a twin in memory that crashes, tears and fills up on demand.
@NullMarked
package dev.belvedere.platform.disk;

import org.jspecify.annotations.NullMarked;
