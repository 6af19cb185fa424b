/// Writing JSON answers straight into bytes.
@NullMarked
package dev.belvedere.api.json;

import org.jspecify.annotations.NullMarked;
