/// The composition root: configuration, wiring by constructor calls, lifecycle, `main`.
@NullMarked
package dev.belvedere.server;

import org.jspecify.annotations.NullMarked;
