/// Logs and spans at rest.
@NullMarked
package dev.belvedere.eventdb;

import org.jspecify.annotations.NullMarked;
