/// The newest samples, in memory, in the shape in which targets send them.
@NullMarked
package dev.belvedere.tsdb.head;

import org.jspecify.annotations.NullMarked;
