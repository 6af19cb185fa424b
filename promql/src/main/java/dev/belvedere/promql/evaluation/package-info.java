/// What every operator works with: series of steps, the selections they come from, and what one query holds and notes.
@NullMarked
package dev.belvedere.promql.evaluation;

import org.jspecify.annotations.NullMarked;
