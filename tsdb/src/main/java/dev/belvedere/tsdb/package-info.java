/// Metrics at rest.
@NullMarked
package dev.belvedere.tsdb;

import org.jspecify.annotations.NullMarked;
