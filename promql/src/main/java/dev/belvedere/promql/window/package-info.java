/// What is computed of the samples before a step: the newest one, functions of a range, subqueries.
@NullMarked
package dev.belvedere.promql.window;

import org.jspecify.annotations.NullMarked;
