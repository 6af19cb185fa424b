/// Which metrics somebody queries, and which nobody does.
@NullMarked
package dev.belvedere.api.usage;

import org.jspecify.annotations.NullMarked;
