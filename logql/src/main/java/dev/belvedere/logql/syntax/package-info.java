/// LogQL's text and its tree; knows nothing of stores.
@NullMarked
package dev.belvedere.logql.syntax;

import org.jspecify.annotations.NullMarked;
