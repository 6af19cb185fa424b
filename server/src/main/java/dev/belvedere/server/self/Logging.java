package dev.belvedere.server.self;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Where log lines go: to the console, and once the stores are open into Belvedere's own logs too.
public final class Logging {

    /// Libraries say what matters to their authors at INFO; an operator hears of them from WARNING on.
    private static final String[] QUIET = {"io.netty", "jdk", "sun", "java"};

    /// The JDK forgets a logger, and its level, that nobody holds.
    private static final List<Logger> HELD = new CopyOnWriteArrayList<>();

    private Logging() {}

    /// Sets up the console. Call first thing in `main`.
    public static void toConsole(Level level) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(level);
        for (String name : QUIET) {
            hold(name, Level.WARNING);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(new LineFormat());
        console.setLevel(level);
        root.addHandler(console);
    }

    private static void hold(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        HELD.add(logger);
    }

    static void add(Handler handler) {
        Logger.getLogger("").addHandler(handler);
    }

    static void remove(Handler handler) {
        Logger.getLogger("").removeHandler(handler);
    }
}
