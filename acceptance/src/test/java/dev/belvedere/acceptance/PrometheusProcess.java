package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A real Prometheus with a configuration of the test's.
final class PrometheusProcess implements AutoCloseable {

    private final Process process;
    private final Path config;
    private final Path log;
    private final int port;

    private PrometheusProcess(Process process, Path config, Path log, int port) {
        this.process = process;
        this.config = config;
        this.log = log;
        this.port = port;
    }

    /// @param data its TSDB's directory; its configuration and log go beside it
    /// @param config `PORT` stands for its own port
    static PrometheusProcess start(Path data, String config, String... moreArguments)
            throws IOException, InterruptedException {
        String program = Peers.find("prometheus");
        int port = ServerProcess.freePorts(1).getFirst();
        Path file = data.resolveSibling(data.getFileName() + ".yml");
        Path log = data.resolveSibling(data.getFileName() + ".log");
        Files.writeString(file, config.replace("PORT", Integer.toString(port)), StandardCharsets.UTF_8);
        List<String> command = new ArrayList<>(List.of(
                program,
                "--config.file=" + file,
                "--storage.tsdb.path=" + data,
                "--storage.tsdb.retention.time=100y",
                "--web.listen-address=127.0.0.1:" + port));
        command.addAll(List.of(moreArguments));
        Process process = Peers.start(log, command.toArray(String[]::new));
        PrometheusProcess started = new PrometheusProcess(process, file, log, port);
        try {
            Http.eventually(() -> Http.get(started.url("/-/ready")).status() == 200);
        } catch (AssertionError e) {
            started.close();
            throw new AssertionError("Prometheus did not become ready:\n" + Files.readString(log), e);
        }
        return started;
    }

    /// The file with its configuration, which a test may change.
    Path config() {
        return config;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    String output() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /// As [#assertSameAnswer], for what is still on its way from one to the other.
    static void awaitSameAnswer(PrometheusProcess theirs, ServerProcess ours, String path)
            throws IOException, InterruptedException {
        try {
            Http.eventually(() -> lines(Http.get(ours.url(path)).json())
                    .equals(lines(Http.get(theirs.url(path)).json())));
        } catch (AssertionError e) {
            // What differs says more than that something does.
        }
        assertSameAnswer(theirs, ours, path);
    }

    /// Asserts that a query gives the same from both, values and histograms' bounds to 12 digits.
    ///
    /// @param path of the API, without the server
    static void assertSameAnswer(PrometheusProcess theirs, ServerProcess ours, String path)
            throws IOException, InterruptedException {
        JsonNode expected = Http.get(theirs.url(path)).json();
        JsonNode actual = Http.get(ours.url(path)).json();
        assertThat(actual.at("/status").asText()).as(path + " " + actual).isEqualTo("success");
        assertThat(lines(expected))
                .as("Prometheus' answer to " + path + " " + expected)
                .isNotEmpty();
        assertThat(lines(actual)).as(path).isEqualTo(lines(expected));
    }

    /// The series of an answer as text, in an order that depends on nothing but them.
    private static List<String> lines(JsonNode answer) {
        List<String> lines = new ArrayList<>();
        answer.at("/data/result").forEach(series -> {
            TreeMap<String, String> labels = new TreeMap<>();
            series.at("/metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            StringBuilder line = new StringBuilder(labels.toString());
            for (String samples : new String[] {"/value", "/values", "/histogram", "/histograms"}) {
                rounded(series.at(samples), line);
            }
            lines.add(line.toString());
        });
        lines.sort(null);
        return lines;
    }

    private static void rounded(JsonNode node, StringBuilder into) {
        if (node.isContainerNode()) {
            node.forEach(child -> rounded(child, into.append('[')));
        } else {
            String text = node.asText();
            boolean isNumber = text.matches("[-+]?[0-9.]+(e[-+][0-9]+)?");
            into.append(isNumber ? "%.11e".formatted(Double.parseDouble(text)) : text)
                    .append(' ');
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
