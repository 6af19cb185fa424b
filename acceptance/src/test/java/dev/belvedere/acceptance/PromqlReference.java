package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.belvedere.acceptance.promql.Answer;
import dev.belvedere.acceptance.promql.Examination;
import dev.belvedere.acceptance.promql.Peer;
import dev.belvedere.acceptance.promql.Question;
import dev.belvedere.acceptance.promql.Ties;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Prometheus that is right about PromQL, and two that got the same data in other orders.
final class PromqlReference implements Peer, AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("prometheus, version (\\d+)\\.(\\d+)");
    private static final int OLDEST = 305;
    static final int NEWEST = 314;
    static final String CONFIG = "storage: {tsdb: {out_of_order_time_window: 1d}}\n";

    private final int version;
    private final Examination examination;
    private final List<PrometheusProcess> processes = new ArrayList<>();

    private PromqlReference(int version, Examination examination) {
        this.version = version;
        this.examination = examination;
    }

    /// The version of the Prometheus that is there, 305 for 3.5. The calling test is skipped where there is none, or
    /// one whose language is not known here.
    static int version(Path folder) throws IOException, InterruptedException {
        String output = Peers.run(folder, Peers.find("prometheus"), "--version").output();
        Matcher matcher = VERSION.matcher(output);
        boolean isFound = matcher.find();
        int version = isFound ? 100 * Integer.parseInt(matcher.group(1)) + Integer.parseInt(matcher.group(2)) : 0;
        assumeTrue(
                version >= OLDEST && version <= NEWEST,
                "skipped: this knows Prometheus 3.5 to 3.14, there is " + (isFound ? matcher.group() : output.strip())
                        + "; .ci/run fetches one");
        return version;
    }

    /// @param features names of feature flags, with commas between them
    static PromqlReference start(int version, Path folder, String features, Examination examination)
            throws IOException, InterruptedException {
        PromqlReference reference = new PromqlReference(version, examination);
        try {
            for (int order = 0; order < Examination.ORDERS; order++) {
                PrometheusProcess process = PrometheusProcess.start(
                        folder.resolve("prometheus" + order),
                        CONFIG,
                        "--storage.tsdb.min-block-duration=1d",
                        "--storage.tsdb.max-block-duration=1d",
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=native-histograms,promql-per-step-stats," + features);
                reference.processes.add(process);
                load(process.url("/api/v1/write"), examination.requests(order));
            }
        } catch (IOException | AssertionError e) {
            reference.close();
            throw e;
        }
        return reference;
    }

    /// Sends remote write requests.
    static void load(String url, List<byte[]> requests) throws IOException, InterruptedException {
        for (byte[] body : requests) {
            Http.Answer answer = Http.post(
                    url,
                    Examination.contentType(),
                    body,
                    "content-encoding",
                    "snappy",
                    "x-prometheus-remote-write-version",
                    "2.0.0");
            assertThat(answer.status()).as(answer.body()).isBetween(200, 204);
        }
    }

    static Answer answer(String url) throws IOException, InterruptedException {
        Http.Answer answer = Http.get(url);
        return new Answer(answer.status(), answer.json());
    }

    String url(String path) {
        return processes.getFirst().url(path);
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public long endMillis() {
        return examination.endMillis();
    }

    @Override
    public Answer ask(Question question) throws IOException, InterruptedException {
        return answer(url(question.path()));
    }

    @Override
    public List<Answer> answers(Question question) throws IOException, InterruptedException {
        List<Answer> answers = new ArrayList<>();
        for (PrometheusProcess process : processes) {
            answers.add(answer(process.url(question.path())));
        }
        return answers;
    }

    @Override
    public boolean isDecided(Question question) throws IOException, InterruptedException {
        List<Answer> answers = answers(question);
        for (Answer other : answers) {
            if (answers.getFirst().difference(other, question).isPresent()) {
                return false;
            }
        }
        return !Ties.isAny(question, this::ask);
    }

    @Override
    public void close() throws InterruptedException {
        for (PrometheusProcess process : processes) {
            process.close();
        }
    }
}
