/// LogQL: text to answers.
@NullMarked
package dev.belvedere.logql;

import org.jspecify.annotations.NullMarked;
