package dev.belvedere.server.self;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LoggingTest {

    private static final Logger ROOT = Logger.getLogger("");

    @Test
    void libraries_stay_quiet_when_nobody_else_holds_their_loggers() {
        Handler[] handlers = ROOT.getHandlers();
        Level level = ROOT.getLevel();
        try {
            Logging.toConsole(Level.INFO);
            collectGarbage();
            assertThat(Logger.getLogger("io.netty").getLevel()).isEqualTo(Level.WARNING);
        } finally {
            for (Handler ours : ROOT.getHandlers()) {
                ROOT.removeHandler(ours);
            }
            for (Handler before : handlers) {
                ROOT.addHandler(before);
            }
            ROOT.setLevel(level);
        }
    }

    /// Until what nobody holds is known to be gone.
    private static void collectGarbage() {
        WeakReference<Object> unheld = new WeakReference<>(new Object());
        while (unheld.get() != null) {
            System.gc();
        }
    }
}
