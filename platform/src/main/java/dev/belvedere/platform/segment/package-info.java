/// Immutable objects under fresh keys: where sealed telemetry lives.
@NullMarked
package dev.belvedere.platform.segment;

import org.jspecify.annotations.NullMarked;
