/// Whether fuzzing works at all.
@NullMarked
package dev.belvedere.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
