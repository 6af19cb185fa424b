/// Configuration files: YAML with the position of every value, and errors that name it.
@NullMarked
package dev.belvedere.platform.yaml;

import org.jspecify.annotations.NullMarked;
