package dev.belvedere.server;

import dev.belvedere.server.command.RootCommand;
import dev.belvedere.server.self.LastingLogs;
import java.util.ArrayList;
import java.util.List;

/// The program. `belvedere` without a command is `belvedere server`.
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        // Before anything logs.
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
