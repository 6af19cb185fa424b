/// Collects what the machine it runs on can tell.
@NullMarked
package dev.belvedere.agent;

import org.jspecify.annotations.NullMarked;
