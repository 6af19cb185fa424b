/// Rules, alert states and their notification.
@NullMarked
package dev.belvedere.alerting;

import org.jspecify.annotations.NullMarked;
