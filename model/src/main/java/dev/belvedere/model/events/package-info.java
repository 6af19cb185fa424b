/// Log records and spans with the attributes, resources and ids they carry.
@NullMarked
package dev.belvedere.model.events;

import org.jspecify.annotations.NullMarked;
