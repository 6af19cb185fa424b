/// What every metric store must do.
@NullMarked
package dev.belvedere.testkit.metrics;

import org.jspecify.annotations.NullMarked;
