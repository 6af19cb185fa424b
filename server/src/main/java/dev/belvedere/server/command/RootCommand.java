package dev.belvedere.server.command;

import dev.belvedere.model.OperationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Spec;

/// `belvedere`: the parent of all commands, and how their failures end.
@Command(
        name = "belvedere",
        description = "Sees a whole AI platform at once: metrics, logs and traces in one program.",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Without a command, `server` runs. Exit codes: 0 done, 1 what was asked or checked is wrong, 2 bad usage,",
            "69 something needed is unavailable, 70 a bug, 78 bad configuration."
        },
        subcommands = {
            ServerCommand.class,
            AgentCommand.class,
            DemoCommand.class,
            QueryCommand.class,
            CheckCommand.class,
            RulesCommand.class,
            BlocksCommand.class,
            VersionCommand.class,
            TrainCommand.class
        })
public final class RootCommand implements Runnable {

    /// The version of this build.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"belvedere " + BuildVersion.current()};
        }
    }

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// Runs one command line.
    ///
    /// @return the process' exit code
    public static int run(String... arguments) {
        CommandLine line = new CommandLine(new RootCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof OperationException known) {
                command.getErr().println("belvedere: " + known.getMessage());
                return ExitCode.of(known);
            }
            command.getErr().println("belvedere: a bug ended the command");
            failure.printStackTrace(command.getErr());
            return ExitCode.INTERNAL;
        });
        return line.execute(arguments);
    }
}
