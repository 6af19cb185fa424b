/// Compressed bodies, never unpacked beyond a limit.
@NullMarked
package dev.belvedere.wire.compression;

import org.jspecify.annotations.NullMarked;
