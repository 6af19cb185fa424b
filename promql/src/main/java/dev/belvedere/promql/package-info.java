/// PromQL: text to answers.
@NullMarked
package dev.belvedere.promql;

import org.jspecify.annotations.NullMarked;
