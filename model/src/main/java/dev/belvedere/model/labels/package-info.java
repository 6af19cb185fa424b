/// Label sets and the matchers that select them.
@NullMarked
package dev.belvedere.model.labels;

import org.jspecify.annotations.NullMarked;
