package dev.belvedere.server.command;

import dev.belvedere.agent.Machine;
import dev.belvedere.agent.push.AgentOptions;
import dev.belvedere.agent.push.AgentProcess;
import dev.belvedere.api.http.HttpServer;
import dev.belvedere.api.http.HttpServerOptions;
import dev.belvedere.api.http.Listener;
import dev.belvedere.api.http.RequestObserver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Secret;
import dev.belvedere.platform.http.JdkHttpTransport;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.server.AgentFace;
import dev.belvedere.server.config.ListenAddress;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.self.Logging;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "agent",
        description = "Collects host and GPU metrics, GPU events and log files, and pushes them to a server.",
        mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {

    private static final int MAX_TOKEN_BYTES = 64 * 1024;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server that takes metrics and logs, default ${DEFAULT-VALUE}.",
            defaultValue = "http://127.0.0.1:9090")
    private URI server = URI.create("http://127.0.0.1:9090");

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the bearer token for the server.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Serves /metrics for scraping too; off by default.")
    private String listen = "";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keeps the positions in followed files, default ${DEFAULT-VALUE}.",
            defaultValue = "agent-data")
    private Path data = Path.of("agent-data");

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Between two pushes of metrics, default ${DEFAULT-VALUE}.",
            defaultValue = "15")
    private int intervalSeconds = 15;

    @Option(names = "--job", description = "Label of every series, default ${DEFAULT-VALUE}.", defaultValue = "node")
    private String job = "node";

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException, IOException {
        Logging.toConsole(Level.INFO);
        if (intervalSeconds < 1) {
            throw new ParameterException(spec.commandLine(), "--interval must be at least 1 second");
        }
        ServerConfig.Origin origin = config.origin(List.of());
        Machine machine = Machine.local();
        AgentOptions options = new AgentOptions(
                ServerConfig.load(origin).agent(),
                server,
                token(machine),
                data.toAbsolutePath(),
                Duration.ofSeconds(intervalSeconds),
                job);
        try (JdkHttpTransport transport = new JdkHttpTransport();
                AgentProcess process = AgentProcess.start(options, machine, transport)) {
            Optional<HttpServer> exposed = expose(process);
            spec.commandLine().getOut().println("belvedere agent pushes to " + server);
            spec.commandLine().getOut().flush();
            awaitEnd();
            exposed.ifPresent(HttpServer::close);
        }
        return ExitCode.OK;
    }

    private Secret token(Machine machine) throws IOException {
        Path file = tokenFile;
        if (file == null) {
            return Secret.NONE;
        }
        String text = new String(machine.disk().readAll(file, MAX_TOKEN_BYTES), StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw new OperationException("bad_token", Fault.USER, file + " is empty");
        }
        return new Secret(text);
    }

    private Optional<HttpServer> expose(AgentProcess process) {
        if (listen.isEmpty()) {
            return Optional.empty();
        }
        Routes routes = new Routes();
        new AgentFace(process.agent()::collect).addTo(routes, "/metrics");
        try {
            Listener listener =
                    new Listener("agent", ListenAddress.parse(listen).resolve(), routes);
            RequestObserver nobody = (call, route, status, startNanos, durationNanos) -> {};
            return Optional.of(
                    HttpServer.start(List.of(listener), HttpServerOptions.DEFAULT, nobody, new SystemTime()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--listen: " + e.getMessage(), e);
        }
    }

    /// Returns when the process is told to end; the process then waits until the caller is done.
    private static void awaitEnd() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            told.countDown();
            try {
                main.join(Duration.ofSeconds(4));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        told.await();
    }
}
