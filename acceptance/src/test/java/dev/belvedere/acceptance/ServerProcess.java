package dev.belvedere.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A running `belvedere` from the folder that the build packaged.
final class ServerProcess implements AutoCloseable {

    private static final int MIN_PORT = 20_000;
    private static final int MAX_PORT = 32_000;

    /// Processes that test at the same time begin at ports of their own.
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger((int) (997 * ProcessHandle.current().pid()));

    private final Process process;
    private final Path log;
    private final int port;
    private final List<Integer> otherPorts;
    private final long launchedNanos = System.nanoTime();
    private long readyMillis;

    private ServerProcess(Process process, Path log, int port, List<Integer> otherPorts) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.otherPorts = otherPorts;
    }

    static Path root() {
        return Path.of(System.getProperty("belvedere.root", ".."))
                .toAbsolutePath()
                .normalize();
    }

    private static Path home() {
        return root().resolve("server/target/belvedere");
    }

    /// The command line of any `belvedere` command.
    static List<String> command(String... arguments) {
        assumeTrue(
                Files.isDirectory(home().resolve("lib")),
                "skipped: the server is not packaged; run `./belvedere test`");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "@" + home().resolve("jvm.options"),
                "-cp",
                home().resolve("lib") + "/*"));
        // As the launcher does.
        Path aot = home().resolve("belvedere.aot");
        if (Files.isRegularFile(aot)) {
            command.addAll(List.of("-XX:AOTCache=" + aot, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        command.add("dev.belvedere.server.command.Main");
        command.addAll(List.of(arguments));
        return command;
    }

    /// Starts a server on free ports of the loopback address and waits until it is ready.
    ///
    /// @param data the data directory; the server's output goes beside it
    static ServerProcess start(Path data, String... moreArguments) throws IOException, InterruptedException {
        return start(data, Map.of(), moreArguments);
    }

    /// The same for one that knows only what it is sent: it scrapes neither itself nor its host.
    static ServerProcess startAlone(Path data, String... moreArguments) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("--set", "agent.host=false", "--set", "agent.gpu=false", "--set", "self.scrapeInterval=0s"));
        arguments.addAll(List.of(moreArguments));
        return start(data, arguments.toArray(String[]::new));
    }

    /// @param environment variables besides those of this process
    static ServerProcess start(Path data, Map<String, String> environment, String... moreArguments)
            throws IOException, InterruptedException {
        List<Integer> ports = freePorts(4);
        List<String> arguments = new ArrayList<>(List.of(
                "server",
                "--data",
                data.toString(),
                "--listen",
                "127.0.0.1:" + ports.get(0),
                "--set",
                "server.otlpGrpcListen=127.0.0.1:" + ports.get(1),
                "--set",
                "server.otlpHttpListen=127.0.0.1:" + ports.get(2),
                "--set",
                "server.zipkinListen=127.0.0.1:" + ports.get(3),
                "--set",
                "server.warmUp=false"));
        arguments.addAll(List.of(moreArguments));
        return launch(data.resolveSibling(data.getFileName() + ".log"), ports, environment, arguments);
    }

    static ServerProcess launch(Path log, List<Integer> ports, List<String> arguments)
            throws IOException, InterruptedException {
        return launch(log, ports, Map.of(), arguments);
    }

    private static ServerProcess launch(
            Path log, List<Integer> ports, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(arguments.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        ServerProcess server = new ServerProcess(process, log, ports.getFirst(), ports.subList(1, ports.size()));
        server.awaitReady();
        return server;
    }

    /// Below those from which the system takes the client's ports of connections: no connection that opens meanwhile
    /// may get one of these.
    static List<Integer> freePorts(int count) {
        Set<Integer> ports = new LinkedHashSet<>();
        while (ports.size() < count) {
            int port = MIN_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), MAX_PORT - MIN_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            } catch (IOException e) {
                // Taken: another one will do.
            }
        }
        return List.copyOf(ports);
    }

    private void awaitReady() throws InterruptedException {
        try {
            Http.eventually(() -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the server ended before it was ready:\n" + output());
                }
                return Http.get(url("/-/ready")).status() == 200;
            });
        } catch (AssertionError e) {
            process.destroyForcibly();
            throw new AssertionError("the server did not become ready:\n" + output(), e);
        }
        readyMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - launchedNanos);
    }

    /// From its launch until it said that it was ready.
    long readyMillis() {
        return readyMillis;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    int port() {
        return port;
    }

    int otlpGrpcPort() {
        return otherPorts.get(0);
    }

    int otlpHttpPort() {
        return otherPorts.get(1);
    }

    int zipkinPort() {
        return otherPorts.get(2);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /// What the process has used of the processors.
    double cpuSeconds() {
        return process.info()
                .totalCpuDuration()
                .map(used -> used.toMillis() / 1000.0)
                .orElse(0.0);
    }

    String output() {
        try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
            return String.join("\n", reader.readAllLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// SIGTERM.
    ///
    /// @return how many milliseconds it took to end
    long stop() throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        if (!process.waitFor(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the server did not stop:\n" + output());
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /// Writes blocks for Prometheus of what a server that has ended left in its data directory.
    ///
    /// @return what the command says
    static String exportBlocks(Path data, Path blocks, String selector) throws IOException, InterruptedException {
        List<String> export =
                command("blocks", "export", "--data", data.toString(), "--out", blocks.toString(), "--match", selector);
        Path folder = Objects.requireNonNull(data.toAbsolutePath().getParent());
        Peers.Ended exported = Peers.run(folder, export);
        if (exported.code() != 0) {
            throw new AssertionError("blocks export: " + exported.output());
        }
        return exported.output();
    }

    /// Experiment R31: stops, and reads every byte of the blocks in the data directory.
    void requireClean(Path data) throws IOException, InterruptedException {
        stop();
        Path folder = Objects.requireNonNull(data.toAbsolutePath().getParent());
        Peers.Ended check = Peers.run(folder, command("check", "blocks", data.toString()));
        if (check.code() != 0) {
            throw new AssertionError("check blocks found: " + check.output());
        }
    }

    int exitCode() {
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            stop();
        }
    }
}
