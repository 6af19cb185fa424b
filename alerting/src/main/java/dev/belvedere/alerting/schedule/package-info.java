/// What happens at its time, whatever else the machine is busy with.
@NullMarked
package dev.belvedere.alerting.schedule;

import org.jspecify.annotations.NullMarked;
