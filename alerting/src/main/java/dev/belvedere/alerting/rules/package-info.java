/// Recording and alerting rules: their files, their evaluation on time, the states of alerts.
@NullMarked
package dev.belvedere.alerting.rules;

import org.jspecify.annotations.NullMarked;
