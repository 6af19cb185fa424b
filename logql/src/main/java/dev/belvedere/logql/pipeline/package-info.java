/// What happens to each line between the store and the answer.
@NullMarked
package dev.belvedere.logql.pipeline;

import org.jspecify.annotations.NullMarked;
