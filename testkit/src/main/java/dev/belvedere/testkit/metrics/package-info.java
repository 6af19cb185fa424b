/// What every metric store must do, and the simplest one that does it.
@NullMarked
package dev.belvedere.testkit.metrics;

import org.jspecify.annotations.NullMarked;
