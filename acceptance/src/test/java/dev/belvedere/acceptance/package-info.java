/// The packaged server as its users meet it: started as a process, asked over its public doors.
@NullMarked
package dev.belvedere.acceptance;

import org.jspecify.annotations.NullMarked;
