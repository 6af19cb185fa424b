/// Reading the parameters of requests: times, durations, limits.
@NullMarked
package dev.belvedere.api.params;

import org.jspecify.annotations.NullMarked;
