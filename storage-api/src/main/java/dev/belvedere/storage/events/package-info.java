/// The narrow waist of logs and spans.
@NullMarked
package dev.belvedere.storage.events;

import org.jspecify.annotations.NullMarked;
