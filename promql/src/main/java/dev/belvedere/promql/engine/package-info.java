/// Takes a query from its text to its answer.
@NullMarked
package dev.belvedere.promql.engine;

import org.jspecify.annotations.NullMarked;
