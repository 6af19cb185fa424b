/// From firing alerts to people: grouping, waiting, repeating, sending, and remembering what was sent.
@NullMarked
package dev.belvedere.alerting.notify;

import org.jspecify.annotations.NullMarked;
