/// How well a name fits what somebody types.
@NullMarked
package dev.belvedere.api.search;

import org.jspecify.annotations.NullMarked;
