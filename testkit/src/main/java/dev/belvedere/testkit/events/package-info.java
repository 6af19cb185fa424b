/// What every log and trace store must do.
@NullMarked
package dev.belvedere.testkit.events;

import org.jspecify.annotations.NullMarked;
