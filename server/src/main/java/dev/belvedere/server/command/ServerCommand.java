package dev.belvedere.server.command;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.server.Belvedere;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.self.Logging;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

@Command(
        name = "server",
        description = "Runs the server in the foreground until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {

    private static final System.Logger LOG = System.getLogger(ServerCommand.class.getName());

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where the screen and every API are served, default 127.0.0.1:9090.")
    private String listen = "";

    @Option(names = "--data", paramLabel = "DIR", description = "Where everything is kept, default ./data.")
    private String data = "";

    @Option(names = "--verbose", description = "Logs what happens in detail.")
    private boolean isVerbose;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        Logging.toConsole(isVerbose ? Level.FINE : Level.INFO);
        run(config.origin(overrides()), spec, () -> {});
        return ExitCode.OK;
    }

    private List<ServerConfig.Override> overrides() {
        List<ServerConfig.Override> overrides = new ArrayList<>();
        if (!listen.isEmpty()) {
            overrides.add(new ServerConfig.Override("server.listen", "\"" + listen + "\"", "--listen"));
        }
        if (!data.isEmpty()) {
            overrides.add(new ServerConfig.Override("data.directory", "\"" + data + "\"", "--data"));
        }
        return overrides;
    }

    /// Starts a server, prints its URL, and waits until the process is told to end.
    ///
    /// @param whenReady runs once the server answers
    static void run(ServerConfig.Origin origin, CommandLine.Model.CommandSpec spec, Runnable whenReady)
            throws InterruptedException {
        CompletableFuture<Belvedere> started = new CompletableFuture<>();
        // Before anybody can see that the server is ready: without a handler the signal ends the process.
        Signal.handle(new Signal("HUP"), signal -> started.thenAccept(ServerCommand::reload));
        Belvedere server = Belvedere.start(origin, new SystemTime(), BuildVersion.current());
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(server::close));
        started.complete(server);
        spec.commandLine().getOut().println("belvedere is ready at " + server.url());
        spec.commandLine().getOut().flush();
        whenReady.run();
        server.awaitQuit();
    }

    /// Must not throw: the signal's thread and the one that starts the server go on after it.
    private static void reload(Belvedere server) {
        try {
            server.reload();
        } catch (OperationException e) {
            LOG.log(System.Logger.Level.ERROR, "the configuration was not reloaded: " + e.getMessage());
        }
    }
}
