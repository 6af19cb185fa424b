/// Belvedere's own metrics: instruments declared beside the code, collected into one page.
@NullMarked
package dev.belvedere.platform.metrics;

import org.jspecify.annotations.NullMarked;
