/// How a store keeps its samples, and what it stands on.
@NullMarked
package dev.belvedere.tsdb.options;

import org.jspecify.annotations.NullMarked;
