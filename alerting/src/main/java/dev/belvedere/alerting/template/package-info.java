/// Go's text/template as rule files and notification templates use it: parsed once, evaluated within limits, closed
/// to anything that reaches the machine.
@NullMarked
package dev.belvedere.alerting.template;

import org.jspecify.annotations.NullMarked;
