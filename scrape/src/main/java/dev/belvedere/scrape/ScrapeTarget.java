package dev.belvedere.scrape;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.scrape.config.TargetGroup;
import dev.belvedere.scrape.relabel.RelabelRule;
import dev.belvedere.wire.exposition.HistogramOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something that is scraped: what discovery said of it, what relabelling made of that, and where it is.
///
/// @param allLabels after relabelling, those that begin with `__` included
/// @param labels those that its series get
/// @param histograms what becomes of its histograms
record ScrapeTarget(
        Labels discoveredLabels,
        Labels allLabels,
        Labels labels,
        URI url,
        long intervalMillis,
        long timeoutMillis,
        HistogramOptions histograms) {

    private static final String ADDRESS = "__address__";
    private static final String SCHEME = "__scheme__";
    private static final String METRICS_PATH = "__metrics_path__";
    private static final String INTERVAL = "__scrape_interval__";
    private static final String TIMEOUT = "__scrape_timeout__";
    private static final String READS_NATIVE = "__scrape_native_histograms__";
    private static final String KEEPS_CLASSIC = "__always_scrape_classic_histograms__";
    private static final String CONVERTS_CLASSIC = "__convert_classic_histograms_to_nhcb__";
    private static final String PARAM = "__param_";

    /// Labels that say how a target is scraped, not which it is.
    private static final List<String> SETTINGS =
            List.of(INTERVAL, TIMEOUT, READS_NATIVE, KEEPS_CLASSIC, CONVERTS_CLASSIC);

    private static final int SLOTS = 40;
    private static final long MAX_SLOT_MILLIS = 200;

    /// What tells two targets apart. How they are scraped does not.
    record Identity(Labels labels, URI url) {}

    Identity identity() {
        return new Identity(allLabels.without(SETTINGS), url);
    }

    boolean hasSameSettings(ScrapeTarget other) {
        return intervalMillis == other.intervalMillis
                && timeoutMillis == other.timeoutMillis
                && histograms.equals(other.histograms);
    }

    /// The labels of an address of a group before relabelling.
    static Labels discovered(String address, TargetGroup group, ScrapeConfig config) {
        Labels.Builder labels = group.labels().toBuilder().set(ADDRESS, address);
        setIfAbsent(labels, "job", config.jobName());
        setIfAbsent(labels, INTERVAL, Durations.format(config.settings().intervalMillis()));
        setIfAbsent(labels, TIMEOUT, Durations.format(config.settings().timeoutMillis()));
        setIfAbsent(labels, METRICS_PATH, config.metricsPath());
        setIfAbsent(labels, SCHEME, config.scheme());
        HistogramOptions histograms = config.settings().histograms();
        setIfAbsent(labels, READS_NATIVE, Boolean.toString(histograms.readsNative()));
        setIfAbsent(labels, KEEPS_CLASSIC, Boolean.toString(histograms.keepsClassic()));
        setIfAbsent(labels, CONVERTS_CLASSIC, Boolean.toString(histograms.convertsClassic()));
        config.params().forEach((name, values) -> {
            if (!values.isEmpty()) {
                setIfAbsent(labels, PARAM + name, values.getFirst());
            }
        });
        return labels.build();
    }

    private static void setIfAbsent(Labels.Builder labels, String name, String value) {
        if (labels.get(name).isEmpty()) {
            labels.set(name, value);
        }
    }

    /// @return empty if relabelling drops it
    /// @throws IllegalArgumentException if what is left is no address, interval, timeout or choice of histograms
    static Optional<ScrapeTarget> of(Labels discovered, ScrapeConfig config) {
        Labels relabelled = RelabelRule.apply(config.relabelRules(), discovered).orElse(Labels.EMPTY);
        if (relabelled.isEmpty()) {
            return Optional.empty();
        }
        String address = relabelled.get(ADDRESS);
        if (address.isEmpty()) {
            throw new IllegalArgumentException("no address");
        }
        if (address.contains("/")) {
            throw new IllegalArgumentException("\"" + address + "\" is not a host and port");
        }
        long interval = positiveDuration(relabelled, INTERVAL);
        long timeout = positiveDuration(relabelled, TIMEOUT);
        if (timeout > interval) {
            throw new IllegalArgumentException("the scrape timeout is greater than the scrape interval: "
                    + Durations.format(timeout) + " > " + Durations.format(interval));
        }
        HistogramOptions histograms = config.settings().histograms();
        histograms = new HistogramOptions(
                bool(relabelled, READS_NATIVE, histograms.readsNative()),
                bool(relabelled, KEEPS_CLASSIC, histograms.keepsClassic()),
                bool(relabelled, CONVERTS_CLASSIC, histograms.convertsClassic()));
        Labels all = relabelled.filter(name -> !name.startsWith("__meta_"));
        if (!all.has("instance")) {
            all = all.with("instance", address);
        }
        Labels shown = all.filter(name -> !name.startsWith("__"));
        return Optional.of(new ScrapeTarget(discovered, all, shown, url(all, config), interval, timeout, histograms));
    }

    private static long positiveDuration(Labels labels, String name) {
        long millis = Durations.parseMillis(labels.get(name));
        if (millis <= 0) {
            throw new IllegalArgumentException(name + " must be greater than 0");
        }
        return millis;
    }

    /// @param otherwise what an empty label means
    private static boolean bool(Labels labels, String name, boolean otherwise) {
        return switch (labels.get(name)) {
            case "" -> otherwise;
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new IllegalArgumentException(name + " must be true or false");
        };
    }

    private static URI url(Labels labels, ScrapeConfig config) {
        Map<String, List<String>> params = new LinkedHashMap<>(config.params());
        labels.forEach((name, value) -> {
            if (name.startsWith(PARAM)) {
                List<String> values = new ArrayList<>(params.getOrDefault(name.substring(PARAM.length()), List.of("")));
                values.set(0, value);
                params.put(name.substring(PARAM.length()), values);
            }
        });
        StringBuilder query = new StringBuilder();
        params.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(param -> {
            for (String value : param.getValue()) {
                query.append(query.isEmpty() ? "" : "&")
                        .append(encode(param.getKey()))
                        .append('=')
                        .append(encode(value));
            }
        });
        String path = labels.get(METRICS_PATH);
        String text = labels.get(SCHEME) + "://" + labels.get(ADDRESS) + (path.startsWith("/") ? "" : "/") + path;
        if (!query.isEmpty()) {
            text += (path.contains("?") ? "&" : "?") + query;
        }
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: \"" + text + "\"", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// By how much this target's scrapes are later than the full interval: spread over it by the target's identity, so
    /// that a thousand targets are not asked at once and a restart changes nothing.
    long offsetMillis() {
        return slot() * slotMillis();
    }

    /// The part of the interval at whose beginning this target is scraped. The targets of one slot are scraped one
    /// after the other, which costs half of what it does to wake up and begin with cold caches for each.
    long slot() {
        long hash = identity().labels.stableHash() ^ url.toString().hashCode() * 0x9E3779B97F4A7C15L;
        return Math.floorMod(hash, intervalMillis) / slotMillis();
    }

    private long slotMillis() {
        return Math.clamp(intervalMillis / SLOTS, 1, MAX_SLOT_MILLIS);
    }

    /// When this target is scraped next.
    long firstTickAfter(long nowMillis, long offsetMillis) {
        return nowMillis + intervalMillis - Math.floorMod(nowMillis - offsetMillis, intervalMillis);
    }
}
