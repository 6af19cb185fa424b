/// House rules as tests: what a reviewer would otherwise have to say twice.
@NullMarked
package dev.belvedere.house;

import org.jspecify.annotations.NullMarked;
