/// What the hot paths of the metrics engine cost, each beside the limit that the machine sets.
@NullMarked
package dev.belvedere.bench;

import org.jspecify.annotations.NullMarked;
