/// Which partitions this process owns.
@NullMarked
package dev.belvedere.platform.assignment;

import org.jspecify.annotations.NullMarked;
