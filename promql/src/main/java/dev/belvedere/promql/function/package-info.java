/// Functions of vectors and scalars, and the choice of what computes a call.
@NullMarked
package dev.belvedere.promql.function;

import org.jspecify.annotations.NullMarked;
