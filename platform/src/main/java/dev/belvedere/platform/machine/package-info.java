/// The machine beneath: native libraries, mounted file systems, and calls into either that may never return.
@NullMarked
package dev.belvedere.platform.machine;

import org.jspecify.annotations.NullMarked;
