package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Series of every kind, pushed by remote write: counters with resets, gauges with NaN and Inf, stale markers, native
/// histograms with integer and float counts, as gauges, and with bounds of their own.
final class SampleWriter {

    private static final int SAMPLES_PER_REQUEST = 5000;

    private record Sent(Labels labels, long timestampMillis, double value, NativeHistogram histogram) {}

    private final List<Sent> samples = new ArrayList<>();
    private long endMillis;

    static SampleWriter everyKind(long startMillis, long stepMillis, int steps) {
        SampleWriter writer = new SampleWriter();
        Random random = new Random(7);
        double counter = 0;
        double observations = 0;
        for (int step = 0; step < steps; step++) {
            long at = startMillis + step * stepMillis;
            writer.endMillis = at;
            counter = step % 33 == 32 ? 1 : counter + random.nextInt(50);
            observations = step % 41 == 40 ? 3 : observations + random.nextInt(9);
            for (String code : new String[] {"200", "204", "500"}) {
                writer.add(labels("requests_total").with("code", code), at, counter * code.charAt(2));
            }
            double value =
                    step % 25 == 7 ? Double.NaN : step % 25 == 9 ? Double.POSITIVE_INFINITY : random.nextGaussian();
            writer.add(labels("temperature").with("ünit", "°C"), at, SampleValues.canonical(value));
            writer.add(labels("up"), at, step > steps - 5 ? SampleValues.STALE_NAN : 1);
            writer.add(labels("latency"), at, exponential(ResetHint.UNKNOWN, observations, step % 7));
            writer.add(labels("gauged"), at, exponential(ResetHint.GAUGE, observations / 3, step % 5));
            writer.add(labels("bounded"), at, bounded(observations));
        }
        return writer;
    }

    private static Labels labels(String name) {
        return Labels.of("__name__", name, "job", "test", "instance", "host:9100");
    }

    private static NativeHistogram exponential(ResetHint hint, double observations, int extra) {
        double[] counts = new double[2 + extra];
        counts[0] = observations;
        counts[1] = 2 * observations;
        double total = 3 * observations + 1 + 4;
        for (int i = 2; i < counts.length; i++) {
            counts[i] = hint == ResetHint.GAUGE ? i : 0;
            total += counts[i];
        }
        return new NativeHistogram(
                hint,
                2,
                0x1p-128,
                1,
                total,
                observations * 1.7,
                new int[] {-3, 1, 2, counts.length - 1},
                counts,
                new int[] {1, 1},
                new double[] {4},
                new double[0]);
    }

    private static NativeHistogram bounded(double observations) {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                NativeHistogram.CUSTOM_BUCKETS,
                0,
                0,
                3 * observations,
                observations * 0.3,
                new int[] {0, 1, 1, 1},
                new double[] {observations, 2 * observations},
                new int[0],
                new double[0],
                new double[] {0.005, 0.5, 2.5, 1e6});
    }

    void add(Labels labels, long timestampMillis, double value) {
        samples.add(new Sent(labels, timestampMillis, value, NativeHistogram.STALE));
    }

    void add(Labels labels, long timestampMillis, NativeHistogram histogram) {
        samples.add(new Sent(labels, timestampMillis, SampleValues.ABSENT, histogram));
    }

    /// The time of the newest sample.
    long endMillis() {
        return endMillis;
    }

    void sendTo(ServerProcess server) throws IOException, InterruptedException {
        sendTo(server.url("/api/v1/write"));
    }

    /// @param url of a receiver of remote write
    void sendTo(String url) throws IOException, InterruptedException {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        for (int i = 0; i < samples.size(); i++) {
            Sent sent = samples.get(i);
            if (SampleValues.isAbsent(sent.value())) {
                writer.add(sent.labels(), sent.timestampMillis(), sent.histogram());
            } else {
                writer.add(sent.labels(), sent.timestampMillis(), sent.value());
            }
            if (writer.sampleCount() == SAMPLES_PER_REQUEST || i == samples.size() - 1) {
                Http.Answer answer = Http.post(
                        url,
                        RemoteWriteWriter.CONTENT_TYPE,
                        writer.drain(),
                        "content-encoding",
                        RemoteWriteWriter.CONTENT_ENCODING,
                        RemoteWriteWriter.VERSION_HEADER,
                        RemoteWriteWriter.VERSION);
                assertThat(answer.status()).as(answer.body()).isEqualTo(204);
            }
        }
    }
}
