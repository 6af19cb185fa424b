/// What metrics, logs and spans at rest have in common for those who use them.
@NullMarked
package dev.belvedere.storage;

import org.jspecify.annotations.NullMarked;
