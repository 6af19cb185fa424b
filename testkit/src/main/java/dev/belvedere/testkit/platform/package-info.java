/// What every implementation of a seam of `platform` must do, as suites to subclass.
@NullMarked
package dev.belvedere.testkit.platform;

import org.jspecify.annotations.NullMarked;
