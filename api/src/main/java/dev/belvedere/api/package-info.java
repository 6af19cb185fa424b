/// What all faces share: who asks, and within which limits.
@NullMarked
package dev.belvedere.api;

import org.jspecify.annotations.NullMarked;
