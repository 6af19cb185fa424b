package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.acceptance.promql.Examination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What takes `match[]` or selects by a query's selectors: series, names and values of labels, federation, exemplars.
/// Random selectors over random data are answered as Prometheus answers them.
final class SelectorsDifferentialTest {

    private static final int REQUESTS = Integer.getInteger("selectors.requests", 600);
    private static final int MAX_SHOWN = Integer.getInteger("promql.shown", 12);
    private static final List<String> LABELS = List.of(
            "job",
            "instance",
            "code",
            "zone",
            "__name__",
            "disk",
            "__type__",
            "missing",
            "dotted.label",
            "le",
            "version");

    /// The same in every build; what finds more is another `-Dseed=`.
    private static final long BUILD_SEED = 7000;

    private final List<String> failures = new ArrayList<>();
    private final Random random;
    private final long seed;

    SelectorsDifferentialTest() {
        seed = Long.getLong("seed", BUILD_SEED);
        random = new Random(seed ^ 0x5e1ec7);
    }

    @Test
    void random_selectors_are_answered_as_prometheus_answers_them(@TempDir Path folder)
            throws IOException, InterruptedException {
        int version = PromqlReference.version(folder);
        Examination examination = Examination.endingAt(seed, System.currentTimeMillis());
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, "agent: {host: false}\nself: {scrapeInterval: 0s}\n");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", config.toString());
                PrometheusProcess peer = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        PromqlReference.CONFIG,
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=native-histograms,exemplar-storage")) {
            for (String url : List.of(server.url("/api/v1/write"), peer.url("/api/v1/write"))) {
                PromqlReference.load(url, examination.requests(0, true));
            }
            TreeMap<String, Integer> counts = new TreeMap<>();
            for (int i = 0; i < REQUESTS; i++) {
                Asked asked = next(examination);
                counts.merge(asked.kind(), 1, Integer::sum);
                String difference = difference(asked, peer.url(""), server.url(""));
                if (!difference.isEmpty()) {
                    failures.add("seed " + seed + ": " + asked.path() + "\n    " + difference);
                }
            }
            System.out.println("Prometheus " + version + ", seed " + seed + ": " + counts);
        }
        assertThat(failures.stream().limit(MAX_SHOWN).toList())
                .as(failures.size() + " differences")
                .isEmpty();
    }

    /// @param kind of endpoint
    /// @param selectors what `match[]` says
    /// @param label whose values are asked for; empty for another kind
    /// @param part moments and limit
    private record Asked(String kind, List<String> selectors, String label, Part part) {

        String path() {
            return unlimited() + (part.limit > 0 ? "&limit=" + part.limit : "");
        }

        String unlimited() {
            StringBuilder path = new StringBuilder(
                    switch (kind) {
                        case "series" -> "/api/v1/series?";
                        case "labels" -> "/api/v1/labels?";
                        case "values" ->
                            "/api/v1/label/" + (label.contains(".") ? "U__dotted_2e_label" : label) + "/values?";
                        case "exemplars" -> "/api/v1/query_exemplars?";
                        default -> "/federate?";
                    });
            path.append(part.parameters());
            for (String selector : selectors) {
                path.append(kind.equals("exemplars") ? "&query=" : "&match%5B%5D=")
                        .append(Http.encoded(selector));
            }
            return path.toString();
        }
    }

    /// @param startMillis 0 for none, as the others
    /// @param isNarrow whether it leaves out data
    private record Part(long startMillis, long endMillis, int limit, boolean isNarrow) {

        static final Part WHOLE = new Part(0, 0, 0, false);

        String parameters() {
            return (startMillis > 0 ? "&start=" + startMillis / 1000.0 : "")
                    + (endMillis > 0 ? "&end=" + endMillis / 1000.0 : "");
        }
    }

    private Asked next(Examination examination) {
        List<String> selectors = new ArrayList<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            selectors.add(examination.selector());
        }
        // Labels can be asked of all series too.
        List<String> optional = random.nextInt(4) == 0 ? List.of() : selectors;
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> new Asked("series", selectors, "", part(examination));
            case 3 -> new Asked("labels", optional, "", part(examination));
            case 4, 5 -> new Asked("values", optional, LABELS.get(random.nextInt(LABELS.size())), part(examination));
            case 6 -> new Asked("federate", selectors, "", Part.WHOLE);
            default -> new Asked("exemplars", List.of(String.join(" + ", selectors)), "", narrow(examination));
        };
    }

    private Part part(Examination examination) {
        int limit = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 0;
        return switch (random.nextInt(4)) {
            case 0 -> new Part(0, 0, limit, false);
            case 1 -> new Part(examination.startMillis() - 10_000, 0, limit, false);
            case 2 -> new Part(examination.startMillis() - 10_000, examination.endMillis(), limit, false);
            default -> narrow(examination);
        };
    }

    private Part narrow(Examination examination) {
        long from = examination.startMillis() + random.nextInt(3_000_000);
        return new Part(from, from + random.nextInt(1_200_000), 0, true);
    }

    private static String difference(Asked asked, String theirs, String ours) throws IOException, InterruptedException {
        Http.Answer expected = Http.get(theirs + asked.path());
        Http.Answer actual = Http.get(ours + asked.path());
        if (asked.part().isNarrow() && !asked.kind().equals("exemplars")) {
            return narrowDifference(asked, actual, theirs);
        }
        if (expected.status() == 204) {
            return actual.json().path("data").isEmpty() ? "" : "204 and " + actual.body();
        }
        if (expected.status() != actual.status()) {
            return expected.status() + " " + expected.body() + "\n    and " + actual.status() + " " + actual.body();
        }
        if (asked.kind().equals("federate")) {
            // Prometheus federates histograms with custom bounds from 3.7 on. In 3.14 one whose newest sample is not of
            // this moment may have what was read of another series.
            return different(withoutHistograms(expected.body()), withoutHistograms(actual.body()));
        }
        if (!expected.json().path("warnings").equals(actual.json().path("warnings"))) {
            return "warnings " + expected.json().path("warnings") + " and "
                    + actual.json().path("warnings");
        }
        // Which ones are left by a limit is for each to choose.
        if (asked.part().limit() > 0) {
            JsonNode all = Http.get(ours + asked.unlimited()).json().path("data");
            boolean isPart = elements(all).containsAll(elements(actual.json().path("data")));
            boolean isAsMany = actual.json().path("data").size()
                    == expected.json().path("data").size();
            return isPart && isAsMany ? "" : "limited to " + actual.body() + "\n    of " + all;
        }
        if (asked.kind().equals("labels") || asked.kind().equals("values")) {
            JsonNode mine = expected.json().path("data");
            return mine.equals(actual.json().path("data"))
                    ? ""
                    : mine + "\n    and " + actual.json().path("data");
        }
        return different(
                elements(expected.json().path("data")), elements(actual.json().path("data")));
    }

    /// Both look at whole chunks, but not at the same ones: what has a sample in the part must come, and what the
    /// selectors do not find at all must not.
    private static String narrowDifference(Asked asked, Http.Answer actual, String theirs)
            throws IOException, InterruptedException {
        Set<String> ours = elements(actual.json().path("data"));
        Asked whole = new Asked(asked.kind(), asked.selectors(), asked.label(), Part.WHOLE);
        Set<String> most = elements(Http.get(theirs + whole.path()).json().path("data"));
        Set<String> least = new TreeSet<>();
        Part part = asked.part();
        long rangeMillis = part.endMillis() - part.startMillis() + 1;
        List<String> selectors = asked.selectors().isEmpty() ? List.of("{__name__!=\"\"}") : asked.selectors();
        for (String selector : selectors) {
            String query = "last_over_time(" + selector + "[" + rangeMillis + "ms])";
            String path = "/api/v1/query?time=" + part.endMillis() / 1000.0 + "&query=" + Http.encoded(query);
            for (JsonNode series : Http.get(theirs + path).json().at("/data/result")) {
                JsonNode labels = series.path("metric");
                switch (asked.kind()) {
                    case "series" -> least.add(sorted(labels));
                    case "labels" -> labels.fieldNames().forEachRemaining(name -> least.add('"' + name + '"'));
                    default -> {
                        if (labels.has(asked.label())) {
                            least.add(labels.path(asked.label()).toString());
                        }
                    }
                }
            }
        }
        least.removeAll(ours);
        ours.removeAll(most);
        return ours.isEmpty() && least.isEmpty() ? "" : "missing " + least + "\n    only ours " + ours;
    }

    /// Of the text form only histograms with custom bounds are such.
    private static Set<String> withoutHistograms(String body) {
        Set<String> lines = lines(body);
        for (String line : List.copyOf(lines)) {
            if (line.startsWith("# TYPE ") && line.endsWith(" histogram")) {
                String name = line.substring("# TYPE ".length(), line.length() - " histogram".length());
                lines.remove(line);
                lines.removeIf(sample -> sample.startsWith(name + "_bucket{")
                        || sample.startsWith(name + "_sum{")
                        || sample.startsWith(name + "_count{"));
            }
        }
        return lines;
    }

    private static Set<String> lines(String body) {
        return new TreeSet<>(body.lines().toList());
    }

    private static Set<String> elements(JsonNode array) {
        Set<String> all = new TreeSet<>();
        array.forEach(one -> all.add(sorted(one)));
        return all;
    }

    /// With fields in the order of their names.
    private static String sorted(JsonNode node) {
        if (!node.isObject()) {
            return node.toString();
        }
        TreeMap<String, String> fields = new TreeMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
        return fields.toString();
    }

    private static String different(Set<String> expected, Set<String> actual) {
        Set<String> onlyTheirs = new TreeSet<>(expected);
        onlyTheirs.removeAll(actual);
        Set<String> onlyOurs = new TreeSet<>(actual);
        onlyOurs.removeAll(expected);
        return onlyTheirs.isEmpty() && onlyOurs.isEmpty()
                ? ""
                : "only theirs " + onlyTheirs + "\n    only ours " + onlyOurs;
    }
}
