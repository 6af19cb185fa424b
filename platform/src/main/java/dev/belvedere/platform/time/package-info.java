/// The clock, as a parameter.
@NullMarked
package dev.belvedere.platform.time;

import org.jspecify.annotations.NullMarked;
