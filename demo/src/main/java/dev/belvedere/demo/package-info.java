/// Simulates an AI site over real protocols.
@NullMarked
package dev.belvedere.demo;

import org.jspecify.annotations.NullMarked;
