package dev.belvedere.server.command;

import dev.belvedere.demo.DemoOptions;
import dev.belvedere.demo.DemoSite;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.http.JdkHttpTransport;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.server.config.ListenAddress;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.self.Logging;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = "Runs a server with a simulated AI site: 8 nodes of 8 GPUs, training, serving, incidents.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where the server listens, default ${DEFAULT-VALUE}.",
            defaultValue = "127.0.0.1:9090")
    private String listen = "";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the demo keeps its data, default ./demo-data.",
            defaultValue = "demo-data")
    private Path data = Path.of("demo-data");

    @Option(
            names = "--seed",
            description = "The same seed gives the same site, default ${DEFAULT-VALUE}.",
            defaultValue = "42")
    private long seed;

    @Option(
            names = "--speed",
            description = "How much faster incidents follow each other, default ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private double speed;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the server's configuration. May be repeated.")
    private List<String> settings = new ArrayList<>();

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.toConsole(Level.INFO);
        if (!(speed >= 1)) {
            throw new ParameterException(spec.commandLine(), "--speed must be at least 1, got " + speed);
        }
        SystemTime time = new SystemTime();
        DemoOptions options = new DemoOptions(serverUrl(), seed, speed, 0);
        // The site lives as long as the process: its threads and sockets end with it.
        DemoSite site = DemoSite.open(options, new JdkHttpTransport(), time);
        Path config = writeConfig(site);
        PrintWriter out = spec.commandLine().getOut();
        ServerCommand.run(origin(config), spec, () -> {
            site.begin();
            out.println(site.schedule());
            out.flush();
        });
        return ExitCode.OK;
    }

    private URI serverUrl() {
        try {
            ListenAddress address = ListenAddress.parse(listen);
            if (address.port() == 0) {
                throw new IllegalArgumentException("the demo needs a fixed port");
            }
            String host = address.host().isEmpty() || address.host().equals("0.0.0.0") ? "127.0.0.1" : address.host();
            return URI.create("http://" + new ListenAddress(host, address.port()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--listen: " + e.getMessage(), e);
        }
    }

    private Path writeConfig(DemoSite site) throws IOException {
        Disk disk = new LocalDisk();
        Path folder = data.toAbsolutePath().resolve("demo");
        disk.createDirectories(folder);
        String yaml = """
                # Written by `belvedere demo` at each start.
                global: {scrape_interval: 5s, evaluation_interval: 5s}
                rule_files: [rules.yml]
                """;
        write(disk, folder.resolve("rules.yml"), DemoSite.ruleFile());
        Path config = folder.resolve("belvedere.yml");
        write(disk, config, yaml + site.scrapeConfig());
        return config;
    }

    private static void write(Disk disk, Path path, String text) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private ServerConfig.Origin origin(Path config) {
        List<ServerConfig.Override> overrides = new ArrayList<>(List.of(
                new ServerConfig.Override("server.listen", "\"" + listen + "\"", "--listen"),
                new ServerConfig.Override("data.directory", "\"" + data + "\"", "--data")));
        return ConfigOptions.origin(config, overrides, settings, spec);
    }
}
