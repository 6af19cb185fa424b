/// What every fuzz test asks of a parser besides its own properties.
@NullMarked
package dev.belvedere.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
