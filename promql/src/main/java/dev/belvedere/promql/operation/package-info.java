/// Operators between vectors, between scalars and between both.
@NullMarked
package dev.belvedere.promql.operation;

import org.jspecify.annotations.NullMarked;
