/// The primitive types of the events formats: varints, texts, attributes.
@NullMarked
package dev.belvedere.eventdb.codec;

import org.jspecify.annotations.NullMarked;
