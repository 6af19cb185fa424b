/// What a query answers, as arrays made for writing out.
@NullMarked
package dev.belvedere.promql.answer;

import org.jspecify.annotations.NullMarked;
