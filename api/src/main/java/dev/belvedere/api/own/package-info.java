/// Belvedere's own API, for the UI and for scripts.
@NullMarked
package dev.belvedere.api.own;

import org.jspecify.annotations.NullMarked;
