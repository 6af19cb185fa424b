/// Loki's push API, received.
@NullMarked
package dev.belvedere.api.lokipush;

import org.jspecify.annotations.NullMarked;
