/// Which series there are: targets, definitions, and how selectors find them.
@NullMarked
package dev.belvedere.tsdb.index;

import org.jspecify.annotations.NullMarked;
