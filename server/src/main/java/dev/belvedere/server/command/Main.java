package dev.belvedere.server.command;

import dev.belvedere.server.self.LastingLogs;
import java.util.ArrayList;
import java.util.List;

/// The program. `belvedere` without a command is `belvedere server`.
public final class Main {

    /// Threads that carry virtual ones, at least. Nothing takes a virtual thread that computes off its carrier: with
    /// one carrier a core, a few long queries would keep every write waiting. With more carriers than queries run
    /// (`query.maxConcurrent`), the operating system shares the cores out.
    private static final int MIN_CARRIERS = 32;

    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    private Main() {}

    public static void main(String[] arguments) {
        // Before the first virtual thread, and before anything logs.
        if (System.getProperty(CARRIERS) == null) {
            int carriers = Math.max(MIN_CARRIERS, Runtime.getRuntime().availableProcessors());
            System.setProperty(CARRIERS, Integer.toString(carriers));
        }
        System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
        System.exit(RootCommand.run(withDefaultCommand(arguments)));
    }

    /// Options before any command belong to `server`, but for those that every program has.
    static String[] withDefaultCommand(String[] arguments) {
        boolean isForServer = arguments.length == 0
                || arguments[0].startsWith("-")
                        && !List.of("-h", "--help", "-V", "--version").contains(arguments[0]);
        if (!isForServer) {
            return arguments;
        }
        List<String> all = new ArrayList<>(List.of("server"));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }
}
