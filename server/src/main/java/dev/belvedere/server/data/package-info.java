/// The data directory: its layout, and the stores that live in it.
@NullMarked
package dev.belvedere.server.data;

import org.jspecify.annotations.NullMarked;
