/// What every signal shares: who it belongs to, when it happened, and how a failure is named.
@NullMarked
package dev.belvedere.model;

import org.jspecify.annotations.NullMarked;
