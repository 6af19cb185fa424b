package dev.belvedere.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A target that shows all that an exposition can say: counters with their creation and exemplars, summaries, classic
/// and native histograms with integer and float counts, gauge histograms, help, units, names in UTF-8, a series that
/// goes, a counter that is reset. Each scrape finds other values.
final class RichTarget implements AutoCloseable {

    static final int RESET = 6;

    private static final int COUNTER = 0;
    private static final int GAUGE = 1;
    private static final int SUMMARY = 2;
    private static final int HISTOGRAM = 4;
    private static final int GAUGE_HISTOGRAM = 5;

    private final HttpServer http;
    private volatile long startMillis;
    private volatile long resetMillis;
    private volatile long textStartMillis;

    RichTarget() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger protobufScrapes = new AtomicInteger();
        AtomicInteger textScrapes = new AtomicInteger();
        http.createContext(
                "/protobuf",
                exchange -> answer(
                        exchange,
                        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
                        protobuf(protobufScrapes.incrementAndGet())));
        http.createContext(
                "/text",
                exchange -> answer(
                        exchange,
                        "application/openmetrics-text;version=1.0.0;charset=utf-8",
                        openMetrics(textScrapes.incrementAndGet())));
        http.start();
    }

    int port() {
        return http.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("content-type", contentType);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /// Between the scrape before and this one.
    private static long justBefore() {
        return System.currentTimeMillis() - 100;
    }

    private byte[] protobuf(int scrape) {
        if (scrape == 1) {
            startMillis = justBefore();
        }
        if (scrape == 1 || scrape % RESET == 0) {
            resetMillis = justBefore();
        }
        ProtobufWriter out = new ProtobufWriter();
        family(out, "rich_requests_total", "Requests so far.", COUNTER, family -> {
            int since = scrape % RESET;
            counter(family, "200", 10.0 * since + 1, since);
            counter(family, "500", since, since);
        });
        family(out, "rich_temperature", "Of the room,\nin \"quotes\".", GAUGE, family -> {
            gauge(family, "near", scrape * 0.1);
            gauge(family, "far \u00fc", scrape % 4 == 3 ? Double.NaN : -scrape);
            if (scrape < 5) {
                gauge(family, "soon gone", scrape);
            }
        });
        family(out, "rich.latency in \u00b5s", "A name in UTF-8.", GAUGE, family -> gauge(family, "x", scrape));
        family(out, "rich_size", "", SUMMARY, family -> summary(family, scrape));
        family(out, "rich_classic_seconds", "Classic buckets.", HISTOGRAM, family -> classic(family, scrape));
        family(out, "rich_native_seconds", "Native buckets.", HISTOGRAM, family -> exponential(family, scrape));
        family(out, "rich_float_seconds", "With float counts.", HISTOGRAM, family -> floats(family, 7, scrape));
        family(out, "rich_gauged_seconds", "Goes up and down.", GAUGE_HISTOGRAM, family -> floats(family, 7, -scrape));
        return out.toByteArray();
    }

    private interface Metrics {
        void addTo(ProtobufWriter family);
    }

    private static void family(ProtobufWriter out, String name, String help, int type, Metrics metrics) {
        ProtobufWriter family = new ProtobufWriter();
        family.string(1, name);
        family.string(2, help);
        family.int64(3, type);
        metrics.addTo(family);
        if (name.endsWith("_seconds")) {
            family.string(5, "seconds");
        }
        int rest = family.size();
        for (; rest >= 0x80; rest >>>= 7) {
            out.raw(new byte[] {(byte) (rest & 0x7f | 0x80)}, 1);
        }
        out.raw(new byte[] {(byte) rest}, 1);
        out.raw(family.array(), family.size());
    }

    private static int metric(ProtobufWriter family, String name, String value) {
        int metric = family.beginMessage(4);
        label(family, name, value);
        return metric;
    }

    private static void label(ProtobufWriter into, String name, String value) {
        int label = into.beginMessage(1);
        into.string(1, name);
        into.string(2, value);
        into.endMessage(label);
    }

    private void counter(ProtobufWriter family, String code, double value, int since) {
        int metric = metric(family, "code", code);
        int counter = family.beginMessage(3);
        family.float64(1, value);
        exemplar(family, 2, "request " + code + " " + since, value / 2);
        timestamp(family, 3, resetMillis);
        family.endMessage(counter);
        family.endMessage(metric);
    }

    private static void exemplar(ProtobufWriter into, int field, String trace, double value) {
        int exemplar = into.beginMessage(field);
        label(into, "trace_id", trace);
        into.float64(2, value);
        timestamp(into, 3, System.currentTimeMillis());
        into.endMessage(exemplar);
    }

    private static void timestamp(ProtobufWriter into, int field, long millis) {
        int timestamp = into.beginMessage(field);
        into.int64(1, millis / 1000);
        into.int64(2, millis % 1000 * 1_000_000);
        into.endMessage(timestamp);
    }

    private static void gauge(ProtobufWriter family, String place, double value) {
        int metric = metric(family, "place", place);
        int gauge = family.beginMessage(2);
        family.float64(1, value);
        family.endMessage(gauge);
        family.endMessage(metric);
    }

    private void summary(ProtobufWriter family, int scrape) {
        int metric = metric(family, "kind", "x");
        int summary = family.beginMessage(4);
        family.int64(1, scrape);
        family.float64(2, scrape * 2.5);
        for (double quantile : new double[] {0.5, 0.99}) {
            int one = family.beginMessage(3);
            family.float64(1, quantile);
            family.float64(2, quantile * scrape);
            family.endMessage(one);
        }
        timestamp(family, 4, startMillis);
        family.endMessage(summary);
        family.endMessage(metric);
    }

    private void classic(ProtobufWriter family, int scrape) {
        int metric = metric(family, "path", "/");
        int histogram = family.beginMessage(7);
        family.int64(1, 4L * scrape);
        family.float64(2, scrape * 1.5);
        double[] bounds = {0.1, 1, Double.POSITIVE_INFINITY};
        for (int i = 0; i < bounds.length; i++) {
            int bucket = family.beginMessage(3);
            family.int64(1, scrape * (i == 2 ? 4L : i + 1L));
            family.float64(2, bounds[i]);
            exemplar(family, 3, "bucket " + i + " " + scrape, Math.min(bounds[i], 5) - 0.01);
            family.endMessage(bucket);
        }
        timestamp(family, 15, startMillis);
        family.endMessage(histogram);
        family.endMessage(metric);
    }

    private void exponential(ProtobufWriter family, int scrape) {
        int metric = metric(family, "path", "/");
        int histogram = family.beginMessage(7);
        family.int64(1, 6L * scrape);
        family.float64(2, scrape * 7.5);
        family.sint64(5, 3);
        family.float64(6, 0x1p-128);
        family.int64(7, scrape);
        span(family, 9, -2, 1);
        family.sint64(10, scrape);
        span(family, 12, 0, 2);
        // Buckets come and go, so that layouts change.
        span(family, 12, 3 + scrape % 3, 1);
        family.sint64(13, scrape);
        family.sint64(13, scrape);
        family.sint64(13, -scrape);
        timestamp(family, 15, startMillis);
        exemplar(family, 16, "native a " + scrape, 1.01);
        exemplar(family, 16, "native b " + scrape, 2.02);
        family.endMessage(histogram);
        family.endMessage(metric);
    }

    private static void span(ProtobufWriter into, int field, int offset, int length) {
        int span = into.beginMessage(field);
        into.sint64(1, offset);
        into.int64(2, length);
        into.endMessage(span);
    }

    private static void floats(ProtobufWriter family, int field, int scrape) {
        int metric = metric(family, "path", "/");
        int histogram = family.beginMessage(field);
        double count = scrape > 0 ? scrape : 10 + scrape % 5;
        family.float64(4, count * 1.5);
        family.float64(2, count * 3.25);
        family.sint64(5, 1);
        family.float64(6, 0.001);
        family.float64(8, count * 0.5);
        span(family, 12, 1, 1);
        family.float64(14, count);
        family.endMessage(histogram);
        family.endMessage(metric);
    }

    private byte[] openMetrics(int scrape) {
        if (scrape == 1) {
            textStartMillis = justBefore();
        }
        return """
                # HELP rich_text_jobs Jobs done.
                # TYPE rich_text_jobs counter
                rich_text_jobs_total{queue="a"} %1$d # {trace_id="job %1$d"} 0.5 %2$d.125
                rich_text_jobs_created{queue="a"} %3$.3f
                # TYPE rich_text_seconds histogram
                # UNIT rich_text_seconds seconds
                rich_text_seconds_bucket{le="0.5"} %1$d
                rich_text_seconds_bucket{le="+Inf"} %4$d # {trace_id="slow %1$d"} 0.75
                rich_text_seconds_count %4$d
                rich_text_seconds_sum %1$d.5
                # TYPE rich_text_build info
                rich_text_build_info{version="1"} 1
                # TYPE rich_text_mode stateset
                rich_text_mode{rich_text_mode="a"} 1
                rich_text_mode{rich_text_mode="b"} 0
                # EOF
                """.formatted(scrape, System.currentTimeMillis() / 1000 - 1, textStartMillis / 1000.0, 2 * scrape)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
